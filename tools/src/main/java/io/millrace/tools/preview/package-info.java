/** The command's {@code preview}: the results of a connector's transforms for change events, without a worker. */
@NullMarked
package io.millrace.tools.preview;

import org.jspecify.annotations.NullMarked;
