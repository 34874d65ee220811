/** The command's {@code record}: a connector's change events before any transform, into a file. */
@NullMarked
package io.millrace.tools.record;

import org.jspecify.annotations.NullMarked;
