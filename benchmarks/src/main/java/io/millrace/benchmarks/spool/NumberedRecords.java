package io.millrace.benchmarks.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records whose value begins with a number, as decimal digits. Numbers with the same remainder have one key. */
final class NumberedRecords {
    static final int PARTITIONS = 4;
    static final int BYTES = 512;
    static final int KEYS = 1_000;

    private static final int DIGITS = 10;

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
        putNumber(value, number);
        return new ProducerRecord<>(topic, KEY_BYTES[number % KEYS], value);
    }

    /** The same number, key and length as a line of printable characters: the number, a space, the key, a space, and filling. */
    static byte[] makeLine(int number) {
        byte[] line = new byte[BYTES];
        Arrays.fill(line, (byte) 'x');
        putNumber(line, number);
        byte[] key = KEY_BYTES[number % KEYS];
        line[DIGITS] = ' ';
        System.arraycopy(key, 0, line, DIGITS + 1, key.length);
        line[DIGITS + 1 + key.length] = ' ';
        line[BYTES - 1] = '\n';
        return line;
    }

    private static void putNumber(byte[] value, int number) {
        int rest = number;
        for (int i = DIGITS - 1; i >= 0; i--) {
            value[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    static int numberOf(ConsumerRecord<byte[], byte[]> record) {
        int number = 0;
        for (int i = 0; i < DIGITS; i++) {
            number = number * 10 + record.value()[i] - '0';
        }
        return number;
    }
}
