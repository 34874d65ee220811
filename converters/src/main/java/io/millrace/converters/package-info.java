/**
 * Whole messages of any size: a converter that wraps any other converter, and a serializer and a deserializer for plain
 * services, all of one format.
 */
@NullMarked
package io.millrace.converters;

import org.jspecify.annotations.NullMarked;
