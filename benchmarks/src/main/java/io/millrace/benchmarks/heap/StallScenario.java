package io.millrace.benchmarks.heap;

import io.millrace.benchmarks.harness.TableContent;
import io.millrace.benchmarks.harness.ViewDatabase;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records of 500 KB, while another session has locked the view. */
record StallScenario(int records) implements HeapScenario {
    private static final int TEXT_LENGTH = 500_000;

    @Override
    public String label() {
        return "stall";
    }

    @Override
    public Stream<ProducerRecord<byte[], byte[]>> makeBacklog() {
        return IntStream.range(0, records)
                .mapToObj(id -> makeRecord(
                        "{\"order_id\":" + id + "}", "{\"status\":\"NEW\",\"document\":\"" + makeDocument(id) + "\"}"));
    }

    private static String makeDocument(int id) {
        String number = Integer.toString(id);
        return number + "x".repeat(TEXT_LENGTH - number.length());
    }

    @Override
    public String definitions(ViewDatabase database) {
        return "order_id BIGINT NOT NULL PRIMARY KEY, status VARCHAR(20) NOT NULL, document " + database.longText()
                + " NOT NULL";
    }

    @Override
    public String columns() {
        return "order_id, status, document";
    }

    @Override
    public TableContent expectedContent() {
        return new TableContent(
                records,
                IntStream.range(0, records)
                        .mapToLong(id -> TableContent.checksumOf(id + "|NEW|" + makeDocument(id)))
                        .sum());
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                "projection.view.kind", "upsert",
                "projection.view.key", "order_id = key.order_id",
                "projection.view.columns", "status, document");
    }

    /** One fetch has two records, and another one is read ahead. */
    @Override
    public HeapFormula formula() {
        return new HeapFormula(4L * TEXT_LENGTH, 1 << 20, 0);
    }

    @Override
    public boolean locksView() {
        return true;
    }
}
