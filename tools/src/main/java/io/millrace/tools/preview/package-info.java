/** The command's {@code preview}: what a connector's transforms make of change events, without a worker. */
package io.millrace.tools.preview;
