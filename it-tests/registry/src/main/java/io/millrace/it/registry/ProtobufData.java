package io.millrace.it.registry;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * Connect's Structs as Protobuf messages, whose types are made of the Structs' schemas, and back.
 *
 * <p>A type that Protobuf lacks is a nested message with its name: a decimal is {@code Decimal_SCALE}, a number with a
 * semantic type {@code INT64__io_debezium_time_MicroTimestamp}, an array {@code FIELD_list}, so that a null array
 * differs from an empty one, and a Struct {@code FIELD_struct}. For one thread.
 */
final class ProtobufData {
    private static final String DECIMAL = "Decimal_";
    private static final String NAMED = "__";
    private static final String LIST = "_list";

    private final IdentityHashMap<Schema, Descriptor> descriptors = new IdentityHashMap<>();
    private final IdentityHashMap<Descriptor, Schema> schemas = new IdentityHashMap<>();

    Message message(Schema schema, Object value) {
        return buildMessage(descriptors.computeIfAbsent(schema, ProtobufData::descriptorOf), (Struct) value);
    }

    SchemaAndValue toStruct(Message message) {
        Schema schema = schemas.computeIfAbsent(
                message.getDescriptorForType(), type -> schemaOf(type, type.getFullName(), false));
        return new SchemaAndValue(schema, toStruct(message, schema));
    }

    private static Descriptor descriptorOf(Schema schema) {
        if (schema.type() != Schema.Type.STRUCT || schema.name() == null) {
            throw new DataException("Expected a named STRUCT, found " + schema);
        }
        int dot = schema.name().lastIndexOf('.');
        FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder()
                .setName(schema.name() + ".proto")
                .setSyntax("proto2")
                .addMessageType(messageType(schema.name().substring(dot + 1), schema));
        if (dot > 0) {
            file.setPackage(schema.name().substring(0, dot));
        }
        try {
            return FileDescriptor.buildFrom(file.build(), new FileDescriptor[0])
                    .getMessageTypes()
                    .get(0);
        } catch (DescriptorValidationException e) {
            throw new DataException("Cannot create a Protobuf message from " + schema.name(), e);
        }
    }

    private static DescriptorProto messageType(String name, Schema struct) {
        DescriptorProto.Builder type = DescriptorProto.newBuilder().setName(name);
        for (Field field : struct.fields()) {
            addField(type, field.name(), field.index() + 1, field.schema());
        }
        return type.build();
    }

    private static void addField(DescriptorProto.Builder type, String name, int number, Schema schema) {
        FieldDescriptorProto.Builder field = FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setLabel(
                        schema.isOptional()
                                ? FieldDescriptorProto.Label.LABEL_OPTIONAL
                                : FieldDescriptorProto.Label.LABEL_REQUIRED);
        DescriptorProto nested = nestedType(name, schema);
        if (nested == null) {
            field.setType(scalarType(schema.type()));
        } else {
            field.setType(FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName(nested.getName());
            if (type.getNestedTypeList().stream()
                    .noneMatch(other -> other.getName().equals(nested.getName()))) {
                type.addNestedType(nested);
            }
        }
        type.addField(field);
    }

    private static DescriptorProto nestedType(String name, Schema schema) {
        if (schema.type() == Schema.Type.STRUCT) {
            return messageType(name + "_struct", schema);
        }
        if (schema.type() == Schema.Type.ARRAY) {
            DescriptorProto.Builder list = DescriptorProto.newBuilder().setName(name + LIST);
            addField(list, "item", 1, schema.valueSchema());
            list.getFieldBuilder(0).setLabel(FieldDescriptorProto.Label.LABEL_REPEATED);
            return list.build();
        }
        if (Decimal.LOGICAL_NAME.equals(schema.name())) {
            return wrapperType(DECIMAL + schema.parameters().get(Decimal.SCALE_FIELD), Schema.Type.BYTES);
        }
        return schema.name() == null
                ? null
                : wrapperType(schema.type() + NAMED + schema.name().replace('.', '_'), schema.type());
    }

    private static DescriptorProto wrapperType(String name, Schema.Type type) {
        DescriptorProto.Builder wrapper = DescriptorProto.newBuilder().setName(name);
        addField(wrapper, "value", 1, SchemaBuilder.type(type).build());
        return wrapper.build();
    }

    private static FieldDescriptorProto.Type scalarType(Schema.Type type) {
        return switch (type) {
            case BOOLEAN -> FieldDescriptorProto.Type.TYPE_BOOL;
            case INT32 -> FieldDescriptorProto.Type.TYPE_INT32;
            case INT64 -> FieldDescriptorProto.Type.TYPE_INT64;
            case FLOAT32 -> FieldDescriptorProto.Type.TYPE_FLOAT;
            case FLOAT64 -> FieldDescriptorProto.Type.TYPE_DOUBLE;
            case STRING -> FieldDescriptorProto.Type.TYPE_STRING;
            case BYTES -> FieldDescriptorProto.Type.TYPE_BYTES;
            default -> throw new DataException("No test needs " + type + " in Protobuf yet");
        };
    }

    private static Message buildMessage(Descriptor type, Struct struct) {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        for (Field field : struct.schema().fields()) {
            Object value = struct.getWithoutDefault(field.name());
            if (value != null) {
                FieldDescriptor target = type.findFieldByName(field.name());
                message.setField(target, toProtobuf(target, field.schema(), value));
            }
        }
        return message.build();
    }

    private static Object toProtobuf(FieldDescriptor field, Schema schema, Object value) {
        if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
            return unwrap(value);
        }
        Descriptor type = field.getMessageType();
        if (value instanceof Struct struct) {
            return buildMessage(type, struct);
        }
        DynamicMessage.Builder wrapper = DynamicMessage.newBuilder(type);
        FieldDescriptor only = type.getFields().get(0);
        if (value instanceof List<?> list) {
            list.forEach(item -> wrapper.addRepeatedField(only, toProtobuf(only, schema.valueSchema(), item)));
        } else {
            wrapper.setField(only, unwrap(value instanceof BigDecimal decimal ? bytes(decimal) : value));
        }
        return wrapper.build();
    }

    private static byte[] bytes(BigDecimal decimal) {
        return decimal.unscaledValue().toByteArray();
    }

    private static Object unwrap(Object value) {
        if (value instanceof byte[] bytes) {
            return ByteString.copyFrom(bytes);
        }
        return value instanceof ByteBuffer buffer ? ByteString.copyFrom(buffer.duplicate()) : value;
    }

    private static Schema schemaOf(Descriptor type, String name, boolean optional) {
        SchemaBuilder struct = SchemaBuilder.struct().name(name);
        type.getFields().forEach(field -> struct.field(field.getName(), schemaOf(field)));
        return optional ? struct.optional().build() : struct.build();
    }

    private static Schema schemaOf(FieldDescriptor field) {
        boolean optional = !field.isRequired() && !field.isRepeated();
        if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
            return finish(scalarType(field), optional);
        }
        Descriptor type = field.getMessageType();
        String name = type.getName();
        if (name.startsWith(DECIMAL)) {
            return finish(Decimal.builder(Integer.parseInt(name.substring(DECIMAL.length()))), optional);
        }
        if (name.contains(NAMED)) {
            String logical = name.substring(name.indexOf(NAMED) + NAMED.length());
            return finish(scalarType(type.getFields().get(0)).name(logical.replace('_', '.')), optional);
        }
        if (name.endsWith(LIST)) {
            return finish(SchemaBuilder.array(schemaOf(type.getFields().get(0))), optional);
        }
        return schemaOf(type, null, optional);
    }

    private static Schema finish(SchemaBuilder schema, boolean optional) {
        return optional ? schema.optional().build() : schema.build();
    }

    private static SchemaBuilder scalarType(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case BOOLEAN -> SchemaBuilder.bool();
            case INT -> SchemaBuilder.int32();
            case LONG -> SchemaBuilder.int64();
            case FLOAT -> SchemaBuilder.float32();
            case DOUBLE -> SchemaBuilder.float64();
            case STRING -> SchemaBuilder.string();
            case BYTE_STRING -> SchemaBuilder.bytes();
            default -> throw new DataException("No test needs " + field.getJavaType() + " from Protobuf yet");
        };
    }

    private static Struct toStruct(Message message, Schema schema) {
        Struct struct = new Struct(schema);
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (message.hasField(field)) {
                Schema target = schema.field(field.getName()).schema();
                struct.put(field.getName(), toConnect(message.getField(field), target));
            }
        }
        return struct;
    }

    private static Object toConnect(Object value, Schema schema) {
        if (value instanceof Message message) {
            if (schema.type() == Schema.Type.STRUCT) {
                return toStruct(message, schema);
            }
            FieldDescriptor only = message.getDescriptorForType().getFields().get(0);
            if (schema.type() == Schema.Type.ARRAY) {
                List<Object> list = new ArrayList<>();
                ((List<?>) message.getField(only)).forEach(item -> list.add(toConnect(item, schema.valueSchema())));
                return list;
            }
            Object inner = toConnect(message.getField(only), schema);
            return Decimal.LOGICAL_NAME.equals(schema.name())
                    ? new BigDecimal(new BigInteger((byte[]) inner), scale(schema))
                    : inner;
        }
        return value instanceof ByteString bytes ? bytes.toByteArray() : value;
    }

    private static int scale(Schema decimal) {
        return Integer.parseInt(decimal.parameters().get(Decimal.SCALE_FIELD));
    }
}
