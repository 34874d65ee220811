package io.millrace.benchmarks.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records with a number at the beginning of their value. Numbers with the same remainder have one key. */
final class NumberedRecords {
    static final int PARTITIONS = 4;
    static final int BYTES = 512;
    static final int KEYS = 1_000;

    private static final int NOISE_BYTES = 8 << 20;
    /** A prime, so that neighbours have other bytes. */
    private static final int STEP = 7_919;

    private static final byte[] NOISE = makeNoise();
    private static final byte[][] KEY_BYTES = makeKeys();

    private NumberedRecords() {}

    private static byte[] makeNoise() {
        byte[] noise = new byte[NOISE_BYTES];
        new Random(BYTES).nextBytes(noise);
        return noise;
    }

    private static byte[][] makeKeys() {
        byte[][] keys = new byte[KEYS][];
        for (int i = 0; i < KEYS; i++) {
            keys[i] = ("key-" + i).getBytes(UTF_8);
        }
        return keys;
    }

    static ProducerRecord<byte[], byte[]> make(String topic, int number) {
        byte[] value = new byte[BYTES];
        int from = (int) ((long) number * STEP % (NOISE_BYTES - BYTES));
        System.arraycopy(NOISE, from, value, 0, BYTES);
        ByteBuffer.wrap(value).putInt(number);
        return new ProducerRecord<>(topic, KEY_BYTES[number % KEYS], value);
    }

    static int numberOf(ConsumerRecord<byte[], byte[]> record) {
        return ByteBuffer.wrap(record.value()).getInt();
    }
}
