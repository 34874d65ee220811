package io.millrace.benchmarks;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Change events in a file, so that processes with different versions of Debezium measure with the same ones. Keys, values
 * and offsets are kept as JSON with schemas and come back as Structs, of which all with one schema share the schema object,
 * as they do in Debezium.
 */
public record RecordedChanges(List<SourceRecord> records) {
    /** The system property that names the file. */
    public static final String FILE = "millrace.recording";

    /** How many changes of each kind there are: what a benchmark handles as one, so that a clock's tick does not count. */
    public static final int ROWS = 64;

    /** The records in the file that {@value #FILE} names. */
    public static RecordedChanges load() throws IOException {
        List<SourceRecord> records = new ArrayList<>();
        try (JsonConverter converter = converter();
                DataInputStream in = new DataInputStream(
                        new BufferedInputStream(Files.newInputStream(Path.of(System.getProperty(FILE)))))) {
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String topic = in.readUTF();
                Object offset = readJson(in, converter).value();
                SchemaAndValue key = readJson(in, converter);
                SchemaAndValue value = readJson(in, converter);
                records.add(new SourceRecord(
                        Map.of("server", "shop"),
                        offset(offset),
                        topic,
                        null,
                        key.schema(),
                        key.value(),
                        value.schema(),
                        value.value()));
            }
        }
        return new RecordedChanges(records);
    }

    /** Writes the records to a file that {@link #load} reads. */
    public void saveTo(Path file) throws IOException {
        try (JsonConverter converter = converter();
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(records.size());
            for (SourceRecord record : records) {
                out.writeUTF(record.topic());
                writeJson(out, converter.fromConnectData(record.topic(), null, record.sourceOffset()));
                writeJson(out, converter.fromConnectData(record.topic(), record.keySchema(), record.key()));
                writeJson(out, converter.fromConnectData(record.topic(), record.valueSchema(), record.value()));
            }
        }
    }

    /**
     * The changes of one table that have this operation and whose new row is as wanted.
     *
     * @throws IllegalStateException if there are not {@value #ROWS}
     */
    public SourceRecord[] findChanges(String table, String operation, Predicate<Struct> after) {
        SourceRecord[] found = records.stream()
                .filter(record -> record.value() instanceof Struct value
                        && value.schema().field("op") != null
                        && value.getStruct("source").getString("table").equals(table)
                        && value.getString("op").equals(operation)
                        && after.test(value.getStruct("after")))
                .toArray(SourceRecord[]::new);
        if (found.length != ROWS) {
            throw new IllegalStateException(
                    "The recording has " + found.length + " changes '" + operation + "' of " + table + ", not " + ROWS);
        }
        return found;
    }

    /** Updates that make an order paid. */
    public SourceRecord[] ordersPaid() {
        return findChanges("orders", "u", row -> row.getString("status").equals("PAID"));
    }

    /** Updates that make an order shipped, none of which matches the measured condition. */
    public SourceRecord[] ordersShipped() {
        return findChanges("orders", "u", row -> row.getString("status").equals("SHIPPED"));
    }

    private static JsonConverter converter() {
        JsonConverter converter = new JsonConverter();
        // A null is a null, whatever its column's default.
        converter.configure(Map.of("converter.type", "value", "replace.null.with.default", "false"));
        return converter;
    }

    private static void writeJson(DataOutputStream out, byte[] json) throws IOException {
        out.writeInt(json == null ? -1 : json.length);
        if (json != null) {
            out.write(json);
        }
    }

    private static SchemaAndValue readJson(DataInputStream in, JsonConverter converter) throws IOException {
        int length = in.readInt();
        return converter.toConnectData("", length < 0 ? null : in.readNBytes(length));
    }

    @SuppressWarnings("unchecked") // What JSON objects without a schema become.
    private static Map<String, Object> offset(Object value) {
        return (Map<String, Object>) value;
    }
}
