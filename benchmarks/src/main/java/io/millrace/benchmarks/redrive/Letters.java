package io.millrace.benchmarks.redrive;

import io.millrace.benchmarks.harness.RecordWriter;
import io.millrace.testing.servers.KafkaBroker;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Dead letters with the headers of Connect's queues, stack traces among them. The key of each is its number. */
final class Letters {
    static final int PARTITIONS = 4;
    /** The header by which half of the letters is chosen. */
    static final String CHOSEN = "chosen";
    /** The header with the times that a record has come back. */
    static final String ATTEMPT = "millrace.redrive.attempt";

    private static final String CONNECT = "__connect.errors.";
    private static final byte[] VALUE = "v".repeat(200).getBytes(StandardCharsets.UTF_8);
    private static final String STACK_TRACE = "org.apache.kafka.connect.errors.DataException: expected a number\n"
            .concat("\tat a.b.C.method(C.java:1)\n".repeat(40));

    private Letters() {}

    /** Writes letters as fast as possible; each second one is chosen. */
    static void writeAll(KafkaBroker broker, String queue, int count) {
        write(RecordWriter.fast(broker), queue, count, false);
    }

    /** Writes letters evenly; each second one has come back once before, so it has to wait longer. */
    static void writeEvenly(KafkaBroker broker, String queue, int count, int inASecond) {
        write(RecordWriter.even(broker, inASecond), queue, count, true);
    }

    /** Whether the letter with this number is chosen. */
    static boolean isChosen(int letter) {
        return letter % 2 == 0;
    }

    /** Whether the letter with this number has come back before, if they are written evenly. */
    static boolean hasComeBack(int letter) {
        return letter % 2 == 1;
    }

    private static void write(RecordWriter writer, String queue, int count, boolean again) {
        try (writer) {
            for (int letter = 0; letter < count; letter++) {
                writer.send(new ProducerRecord<>(
                        queue, null, bytes(Integer.toString(letter)), VALUE, headers(letter, again)));
            }
        }
    }

    private static Headers headers(int letter, boolean again) {
        Headers headers = new RecordHeaders();
        headers.add(CONNECT + "topic", bytes("orders"));
        headers.add(CONNECT + "partition", bytes(Integer.toString(letter % PARTITIONS)));
        headers.add(CONNECT + "offset", bytes(Integer.toString(letter)));
        headers.add(CONNECT + "connector.name", bytes("view"));
        headers.add(CONNECT + "exception.class.name", bytes("org.apache.kafka.connect.errors.DataException"));
        headers.add(CONNECT + "exception.message", bytes("expected a number"));
        headers.add(CONNECT + "exception.stacktrace", bytes(STACK_TRACE));
        headers.add(CHOSEN, bytes(Boolean.toString(isChosen(letter))));
        if (again && hasComeBack(letter)) {
            headers.add(ATTEMPT, bytes("1"));
            headers.add("millrace.redrive.origin", bytes("orders-" + letter % PARTITIONS + "@" + letter));
        }
        return headers;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
