/**
 * Whole messages of any size: a converter that wraps any other converter, and a serializer and a deserializer for Kafka
 * clients without Connect, with the same format.
 */
@NullMarked
package io.millrace.converters;

import org.jspecify.annotations.NullMarked;
