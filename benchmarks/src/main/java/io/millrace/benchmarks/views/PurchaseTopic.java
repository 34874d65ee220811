package io.millrace.benchmarks.views;

import io.millrace.benchmarks.harness.RecordFormat;
import io.millrace.benchmarks.harness.RecordWriter;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.testing.servers.KafkaBroker;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.storage.Converter;

/** A topic of purchases with one partition, as a source connector with the same converter would have written it. */
final class PurchaseTopic {
    private static final Schema KEY = SchemaBuilder.struct()
            .name("PurchaseKey")
            .field("order_id", Schema.INT64_SCHEMA)
            .build();
    private static final Schema ITEM = SchemaBuilder.struct()
            .name("PurchasedItem")
            .field("line", Schema.INT64_SCHEMA)
            .field("sku", Schema.STRING_SCHEMA)
            .field("quantity", Schema.INT64_SCHEMA)
            .build();
    private static final Schema TOTAL = Decimal.schema(2);

    private PurchaseTopic() {}

    /**
     * Creates the topic and writes the stream. Records of a stream without items have no field for them.
     *
     * @throws IllegalStateException if a record could not be written
     */
    static void writeTopic(KafkaBroker broker, String topic, RecordFormat format, PurchaseStream stream) {
        Topics.createTopic(broker, topic, 1);
        Converter keys = format.makeConverter(true);
        Converter values = format.makeConverter(false);
        Schema schema = valueSchema(stream.items() > 0);
        try (RecordWriter writer = RecordWriter.fast(broker)) {
            stream.purchases()
                    .forEach(purchase -> writer.send(new ProducerRecord<>(
                            topic,
                            keys.fromConnectData(topic, KEY, new Struct(KEY).put("order_id", purchase.orderId())),
                            values.fromConnectData(topic, schema, valueOf(purchase, schema)))));
        }
    }

    private static Schema valueSchema(boolean hasItems) {
        SchemaBuilder value = SchemaBuilder.struct()
                .name("PurchaseChanged")
                .field("order_id", Schema.INT64_SCHEMA)
                .field("customer_id", Schema.INT64_SCHEMA)
                .field("total", TOTAL)
                .field("revision", Schema.INT64_SCHEMA);
        if (hasItems) {
            value.field("items", SchemaBuilder.array(ITEM).build());
        }
        return value.build();
    }

    private static Struct valueOf(Purchase purchase, Schema schema) {
        Struct value = new Struct(schema)
                .put("order_id", purchase.orderId())
                .put("customer_id", purchase.customerId())
                .put("total", purchase.total())
                .put("revision", purchase.revision());
        if (schema.field("items") != null) {
            List<Struct> items = purchase.items().stream()
                    .map(item -> new Struct(ITEM)
                            .put("line", item.line())
                            .put("sku", item.sku())
                            .put("quantity", item.quantity()))
                    .toList();
            value.put("items", items);
        }
        return value;
    }
}
