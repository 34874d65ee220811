package io.millrace.it.attach;

import io.millrace.client.context.kafka.RecordContext;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A consumer that writes SQL. */
final class OrderConsumer {
    private OrderConsumer() {}

    static void handleRecords(
            org.apache.kafka.clients.consumer.Consumer<String, String> consumer,
            Consumer<ConsumerRecord<String, String>> handler) {
        // page: consumer
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
            RecordContext.runInContextOf(record, handler);
        }
        // end
    }
}
