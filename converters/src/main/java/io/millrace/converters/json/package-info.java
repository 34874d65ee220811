/** Reads Connect's JSON in a stream, and leaves to {@code JsonConverter} what is out of the ordinary. */
package io.millrace.converters.json;
