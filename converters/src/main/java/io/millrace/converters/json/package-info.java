/** Reads Connect's JSON in a stream, and leaves to {@code JsonConverter} what is out of the ordinary. */
@NullMarked
package io.millrace.converters.json;

import org.jspecify.annotations.NullMarked;
