package io.millrace.it.registry;

import com.google.protobuf.Message;
import io.apicurio.registry.serde.protobuf.ProtobufKafkaDeserializer;
import io.apicurio.registry.serde.protobuf.ProtobufKafkaSerializer;
import io.apicurio.registry.utils.converter.SerdeBasedConverter;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;

/**
 * Protobuf with Apicurio's registry and its serializers. Apicurio has Connect converters for Avro and JSON Schema only; this
 * one puts {@link ProtobufData} before its Protobuf serializers.
 */
public final class ProtobufConverter extends SerdeBasedConverter<Schema, Message> {
    private final ProtobufData data = new ProtobufData();

    @Override
    @SuppressWarnings("rawtypes")
    protected Class<? extends Serializer> serializerClass() {
        return ProtobufKafkaSerializer.class;
    }

    @Override
    @SuppressWarnings("rawtypes")
    protected Class<? extends Deserializer> deserializerClass() {
        return ProtobufKafkaDeserializer.class;
    }

    @Override
    protected Message applySchema(Schema schema, Object value) {
        return value == null ? null : data.message(schema, value);
    }

    @Override
    protected SchemaAndValue toSchemaAndValue(Message message) {
        return message == null ? SchemaAndValue.NULL : data.struct(message);
    }
}
