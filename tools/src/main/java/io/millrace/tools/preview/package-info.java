/** The command's {@code preview}: what a connector's transforms make of change events, without a worker. */
@NullMarked
package io.millrace.tools.preview;

import org.jspecify.annotations.NullMarked;
