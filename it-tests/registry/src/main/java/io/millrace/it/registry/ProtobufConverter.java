package io.millrace.it.registry;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.apicurio.registry.serde.protobuf.ProtobufKafkaDeserializer;
import io.apicurio.registry.serde.protobuf.ProtobufKafkaSerializer;
import io.apicurio.registry.utils.converter.SerdeBasedConverter;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;

/**
 * Protobuf with Apicurio's registry and its serializers. Apicurio has Connect converters for Avro and JSON Schema only; this
 * one puts {@link ProtobufData} before its Protobuf serializers.
 */
public final class ProtobufConverter extends SerdeBasedConverter<Schema, Message> {
    private final ProtobufData data = new ProtobufData();

    @Override
    public void configure(Map<String, ?> options, boolean isKey) {
        setSerializer(new ProtobufKafkaSerializer<>());
        setDeserializer(new ProtobufKafkaDeserializer<>());
        Map<String, Object> all = new HashMap<>(options);
        // The serializer names this class in a header, and the deserializer would look for generated methods in it.
        all.put("apicurio.registry.deserializer." + (isKey ? "key" : "value") + ".return-class", DynamicMessage.class);
        super.configure(all, isKey);
    }

    @Override
    protected Message applySchema(Schema schema, Object value) {
        return value == null ? null : data.message(schema, value);
    }

    @Override
    protected SchemaAndValue toSchemaAndValue(Message message) {
        return message == null ? SchemaAndValue.NULL : data.toStruct(message);
    }
}
