/** One request through all processes. */
package io.millrace.it.loop;
