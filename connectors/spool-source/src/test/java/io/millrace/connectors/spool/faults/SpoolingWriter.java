package io.millrace.connectors.spool.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.clients.spooling.SpoolingProducer;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A service that writes events of some keys all the time, and a line for each event and each answer: {@code call ID}, then
 * {@code kafka ID}, {@code spool ID} or {@code failed ID REASON}. An id is {@code RUN:KEY:NUMBER}; numbers grow. Its input has the words
 * {@code resume}, {@code pause}, which is answered when every event has its answer, and {@code close}, which ends it. Arguments: the file
 * with the producer's options, the topic, and the number of the run.
 */
final class SpoolingWriter {
    private static final int KEYS = 20;
    private static final int PAUSE_MS = 4;

    private final PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
    private final BlockingQueue<String> words = new LinkedBlockingQueue<>();
    private final String topic;
    private final String run;

    private SpoolingWriter(String topic, String run) {
        this.topic = topic;
        this.run = run;
    }

    public static void main(String... arguments) throws Exception {
        // The log is written there; it must not come between the lines.
        System.setOut(System.err);
        Properties file = new Properties();
        try (BufferedReader reader = Files.newBufferedReader(Path.of(arguments[0]), UTF_8)) {
            file.load(reader);
        }
        Map<String, Object> configs = new HashMap<>();
        file.forEach((name, value) -> configs.put((String) name, value));
        SpoolingWriter writer = new SpoolingWriter(arguments[1], arguments[2]);
        Thread input = new Thread(writer::readWords, "input");
        input.setDaemon(true);
        input.start();
        try (SpoolingProducer<String, String> producer =
                new SpoolingProducer<>(configs, new StringSerializer(), new StringSerializer())) {
            writer.run(producer);
        }
        writer.out.println("closed");
    }

    private void readWords() {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            for (String word = reader.readLine(); word != null; word = reader.readLine()) {
                words.add(word);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            // Its parent is gone.
            words.add("close");
        }
    }

    private void run(SpoolingProducer<String, String> producer) throws InterruptedException {
        Random random = new Random();
        boolean paused = true;
        for (long number = 1; ; number++) {
            String word = paused ? words.take() : words.poll(PAUSE_MS, TimeUnit.MILLISECONDS);
            if ("close".equals(word)) {
                return;
            }
            if ("pause".equals(word)) {
                producer.flush();
                out.println("paused");
            }
            paused = word == null ? paused : !word.equals("resume");
            if (!paused) {
                send(producer, random.nextInt(KEYS), number);
            }
        }
    }

    private void send(SpoolingProducer<String, String> producer, int key, long number) {
        String id = run + ":" + key + ":" + number;
        ProducerRecord<String, String> record = new ProducerRecord<>(topic, String.valueOf(key), id);
        record.headers().add("ce_id", id.getBytes(UTF_8));
        out.println("call " + id);
        try {
            var unused = producer.send(record, (metadata, failure) -> {
                if (failure != null) {
                    out.println("failed " + id + " " + failure);
                } else {
                    out.println((metadata.hasOffset() ? "kafka " : "spool ") + id);
                }
            });
        } catch (RuntimeException e) {
            out.println("failed " + id + " " + e);
        }
    }
}
