/** The command's {@code record}: a connector's change events before any transform, into a file. */
package io.millrace.tools.record;
