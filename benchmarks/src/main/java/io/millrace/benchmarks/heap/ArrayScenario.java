package io.millrace.benchmarks.heap;

import io.millrace.benchmarks.harness.TableContent;
import io.millrace.benchmarks.harness.ViewDatabase;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records with an array of 1,000 elements each, which become rows. */
record ArrayScenario(int records) implements HeapScenario {
    private static final int ELEMENTS = 1_000;
    private static final String ITEMS = IntStream.range(0, ELEMENTS)
            .mapToObj(item -> "{\"id\":" + item + ",\"qty\":" + quantity(item) + "}")
            .collect(Collectors.joining(",", "{\"items\":[", "]}"));

    /** Of an element in memory, which is a map of two numbers, for each byte that was consumed. */
    private static final int GROWTH = 10;

    private static int quantity(int item) {
        return item % 7;
    }

    @Override
    public String label() {
        return "arrays";
    }

    @Override
    public Stream<ProducerRecord<byte[], byte[]>> makeBacklog() {
        return IntStream.range(0, records).mapToObj(list -> makeRecord("{\"list_id\":" + list + "}", ITEMS));
    }

    @Override
    public String definitions(ViewDatabase database) {
        return "list_id BIGINT NOT NULL, item_id INT NOT NULL, qty INT NOT NULL, PRIMARY KEY (list_id, item_id)";
    }

    @Override
    public String columns() {
        return "list_id, item_id, qty";
    }

    @Override
    public TableContent expectedContent() {
        return new TableContent(
                (long) records * ELEMENTS,
                IntStream.range(0, records)
                        .mapToLong(list -> IntStream.range(0, ELEMENTS)
                                .mapToLong(item -> TableContent.checksumOf(list + "|" + item + "|" + quantity(item)))
                                .sum())
                        .sum());
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                "projection.view.kind", "explode",
                "projection.view.key", "list_id = key.list_id",
                "projection.view.elements", "value.items",
                "projection.view.element.key", "item_id = element.id",
                "projection.view.columns", "qty = element.qty");
    }

    /** A poll has what one fetch has. */
    @Override
    public HeapFormula formula() {
        return new HeapFormula((long) GROWTH << 20, 1 << 20, 0);
    }
}
