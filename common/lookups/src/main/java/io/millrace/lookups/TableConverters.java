package io.millrace.lookups;

import io.millrace.tables.UndecodableRecordException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.storage.Converter;

/** The converters of the keys and values of a table's topic. */
record TableConverters(Converter key, Converter value) {
    SchemaAndValue decodeKey(String topic, Headers headers, ByteBuffer serialized) {
        return decode(key, "key", topic, headers, serialized);
    }

    SchemaAndValue decodeValue(String topic, Headers headers, ByteBuffer serialized) {
        return decode(value, "value", topic, headers, serialized);
    }

    private static SchemaAndValue decode(
            Converter converter, String part, String topic, Headers headers, ByteBuffer serialized) {
        try {
            return converter.toConnectData(topic, headers, Utils.toArray(serialized.duplicate()));
        } catch (DataException e) {
            // The message of a converter may contain what it could not read.
            throw new UndecodableRecordException("tables." + part + ".converter "
                    + converter.getClass().getName() + " cannot read its " + part
                    + "; check the converter and its options, such as tables." + part + ".converter.schemas.enable");
        }
    }
}
