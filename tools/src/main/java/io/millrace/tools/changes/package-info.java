/** Change events for the command: one to a line of a file, or those of a topic. */
@NullMarked
package io.millrace.tools.changes;

import org.jspecify.annotations.NullMarked;
