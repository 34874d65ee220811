package io.millrace.benchmarks.tables;

import io.millrace.tables.KeyFormat;
import io.millrace.tables.TableSettings;
import io.millrace.tables.TopicTable;
import io.millrace.tables.ValueFormat;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link TopicTable} with keys that are texts and values that are bytes. */
final class MillraceTable implements MeasuredTable {
    private static final Duration TIME_TO_LOAD = Duration.ofMinutes(10);
    private static final long BUDGET = 4L << 30;

    private final TopicTable<String, ByteBuffer> table;

    private MillraceTable(TopicTable<String, ByteBuffer> table) {
        this.table = table;
    }

    static MeasuredTable load(TableTopic topic) throws InterruptedException {
        TopicTable<String, ByteBuffer> table = TopicTable.open(
                "benchmark",
                topic.name(),
                KeyFormat.TEXT,
                ValueFormat.BYTES,
                TableSettings.of(Map.of("bootstrap.servers", topic.bootstrapServers()))
                        .withMaxBytes(BUDGET));
        if (!table.awaitReady(TIME_TO_LOAD)) {
            throw new IllegalStateException("The table is not complete: " + table.status());
        }
        return new MillraceTable(table);
    }

    @Override
    public int firstByte(String key) {
        ByteBuffer value = table.get(key);
        return value == null ? MISSING : value.get(value.position()) & 0xff;
    }

    @Override
    public byte @Nullable [] value(String key) {
        ByteBuffer value = table.get(key);
        if (value == null) {
            return null;
        }
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        table.close();
    }
}
