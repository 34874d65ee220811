/**
 * Whole messages of any size: a converter round any other for Connect, a serializer and a deserializer for everybody else,
 * all of one format.
 */
package io.millrace.converters;
