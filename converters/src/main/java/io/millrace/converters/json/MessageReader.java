package io.millrace.converters.json;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.jspecify.annotations.Nullable;

/** Reads a message as {@code JsonConverter} does, if it supports the message. Safe for several threads. */
public interface MessageReader {
    /** The message's schema and value; null if {@code JsonConverter} must read it. */
    @Nullable
    SchemaAndValue read(byte[] message);

    /** Takes notice of the schema that {@code JsonConverter} found in a message. */
    void learn(byte[] message, @Nullable Schema schema);
}
