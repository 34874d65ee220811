/** What tests need of a schema registry. */
package io.millrace.it.registry;
