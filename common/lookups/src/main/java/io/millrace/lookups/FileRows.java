package io.millrace.lookups;

import io.millrace.tables.ByteWriter;
import io.millrace.tables.FixedTable;
import io.millrace.tables.KeyFormat;
import io.millrace.tables.UndecodableRecordException;
import io.millrace.tables.ValueFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table from a file, for trials without brokers: a record in each line, its key, a tab and its value, as Kafka's
 * console consumer prints them with {@code print.key=true}. The value {@code null} deletes the key.
 */
record FileRows(FixedTable table) implements ConfiguredTable.Rows {
    private static final String TOMBSTONE = "null";

    /**
     * Reads a file.
     *
     * @throws ConfigException naming the file and the line, if it cannot be read
     */
    static FileRows read(Path file, LookupDefinition definition, LookupFormat format) {
        FixedTable table = new FixedTable();
        KeyFormat<Object> keys = format.keys();
        ValueFormat<ByteBuffer> values = format.values();
        ByteWriter key = new ByteWriter();
        ByteWriter value = new ByteWriter();
        int number = 0;
        for (String line : readLines(file)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            int tab = line.indexOf('\t');
            if (tab < 0) {
                throw invalid(file, number, "expected a key, a tab and a value");
            }
            String text = line.substring(tab + 1);
            try {
                keys.decode(definition.topic(), new RecordHeaders(), bytes(line.substring(0, tab)), key.clear());
                if (!text.equals(TOMBSTONE)
                        && values.decode(definition.topic(), new RecordHeaders(), bytes(text), value.clear())) {
                    table.put(number, key, value);
                } else {
                    table.remove(key);
                }
            } catch (UndecodableRecordException e) {
                throw invalid(file, number, String.valueOf(e.getMessage()));
            }
        }
        return new FileRows(table);
    }

    private static List<String> readLines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new ConfigException("Cannot read the table's file " + file + ": " + e);
        }
    }

    private static ConfigException invalid(Path file, int line, String reason) {
        return new ConfigException("The table's file " + file + ", line " + line + ": " + reason);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public byte @Nullable [] find(ByteWriter key) {
        return table.find(key);
    }

    @Override
    public int size() {
        return table.size();
    }
}
