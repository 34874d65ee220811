/** Change events for the command: one to a line of a file, or those of a topic. */
package io.millrace.tools.changes;
