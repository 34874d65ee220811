package io.millrace.benchmarks.heap;

import io.millrace.benchmarks.harness.TableContent;
import io.millrace.benchmarks.harness.ViewDatabase;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A backlog in a topic, and the view that a sink makes of it. */
interface HeapScenario extends AutoCloseable {
    /** The name on the command line, and of the topic. */
    String label();

    int records();

    /** The records in their order, each made when it is needed. */
    Stream<ProducerRecord<byte[], byte[]>> makeBacklog();

    /** The definitions of the view's columns. */
    String definitions(ViewDatabase database);

    /** The columns that are compared. */
    String columns();

    TableContent expectedContent();

    /** The options of the connector that are particular to this scenario. */
    Map<String, String> options();

    HeapFormula formula();

    /** Whether another session locks the view for a while. */
    default boolean locksView() {
        return false;
    }

    @Override
    default void close() {}

    /** A record of JSON without schemas. */
    default ProducerRecord<byte[], byte[]> makeRecord(String key, String value) {
        return new ProducerRecord<>(
                label(), key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
    }
}
