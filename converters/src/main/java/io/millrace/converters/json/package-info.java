/** Reads and writes Connect's JSON as a stream, and delegates unusual messages to {@code JsonConverter}. */
@NullMarked
package io.millrace.converters.json;

import org.jspecify.annotations.NullMarked;
