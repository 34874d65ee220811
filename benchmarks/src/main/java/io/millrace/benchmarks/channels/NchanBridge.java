package io.millrace.benchmarks.channels;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Publishes each record of a topic to Nchan, one request after the other on one connection, so that they stay in order; the requests of a batch are
 * written before their answers are read. Arguments: the brokers, the topic and nginx's port.
 */
final class NchanBridge {
    /** The line that is printed when the topic is read. */
    static final String READY = "ready";

    private NchanBridge() {}

    public static void main(String... words) throws IOException {
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                words[0],
                                "group.id",
                                UUID.randomUUID().toString(),
                                "auto.offset.reset",
                                "earliest"),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
                Socket nginx = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(words[2]))) {
            nginx.setTcpNoDelay(true);
            consumer.subscribe(List.of(words[1]));
            while (consumer.assignment().isEmpty()) {
                publish(consumer.poll(Duration.ofMillis(100)), nginx);
            }
            System.out.println(READY);
            while (!Thread.currentThread().isInterrupted()) {
                publish(consumer.poll(Duration.ofMillis(100)), nginx);
            }
        }
    }

    private static void publish(ConsumerRecords<String, byte[]> records, Socket nginx) throws IOException {
        OutputStream out = new BufferedOutputStream(nginx.getOutputStream(), 1 << 16);
        for (ConsumerRecord<String, byte[]> record : records) {
            out.write(("POST /pub/" + record.key() + " HTTP/1.1\r\nHost: nchan\r\nContent-Length: "
                            + record.value().length + "\r\n\r\n")
                    .getBytes(US_ASCII));
            out.write(record.value());
        }
        out.flush();
        readAnswers(nginx.getInputStream(), records.count());
    }

    private static void readAnswers(InputStream in, int count) throws IOException {
        // Nothing comes behind the last answer, so the reader takes no byte of a later one.
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, US_ASCII));
        for (int i = 0; i < count; i++) {
            String status = reader.readLine();
            if (status == null || !status.startsWith("HTTP/1.1 20")) {
                throw new IOException("Expected nginx to accept an event, found " + status);
            }
            long length = 0;
            for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
                if (line.startsWith("Content-Length: ")) {
                    length = Long.parseLong(line.substring("Content-Length: ".length()));
                }
            }
            reader.skip(length);
        }
    }
}
