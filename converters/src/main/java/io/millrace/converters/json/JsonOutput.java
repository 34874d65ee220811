package io.millrace.converters.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing buffer of JSON in UTF-8, as Jackson writes it by default. Is reused; for use by one thread at a time. */
final class JsonOutput {
    private static final int INITIAL_CAPACITY = 1024;
    /** A larger buffer is not kept for the next message. */
    private static final int MAX_KEPT_CAPACITY = 1 << 20;

    private static final int MAX_CAPACITY = Integer.MAX_VALUE - 8;
    /** The number of characters for which room is made at once. */
    private static final int CHUNK = 256;
    /** The maximum number of bytes of a character: <code>&#92;u001F</code>. */
    private static final long MAX_CHARACTER_BYTES = 6;

    /** From this length on, encoding the whole text by the JDK and looking for escapes is faster than going through it. */
    private static final int LONG_TEXT = 8;
    /** A longer text is written without a second array of its length. */
    private static final int VERY_LONG_TEXT = 1 << 20;

    private static final int MAX_LONG_DIGITS = 20;
    private static final long EIGHT_DIGITS = 100_000_000;
    private static final long[] POWERS_OF_TEN = new long[19];
    private static final byte[] NULL = ascii("null");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");
    private static final byte[] MIN_LONG = ascii(Long.toString(Long.MIN_VALUE));
    private static final byte[] HEX = ascii("0123456789ABCDEF");
    private static final byte[] BASE64 = ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    /** The two digits of each number below 100. */
    private static final short[] TWO_DIGITS = new short[100];

    /** For each character of ASCII, 0 if it is written as it is, the letter of its escape, or {@link #HEX_ESCAPE}. */
    private static final byte[] ESCAPES = new byte[128];

    private static final byte HEX_ESCAPE = 'u';

    /** A one in each of eight bytes; times a byte, it is this byte eight times. */
    private static final long EACH = 0x0101010101010101L;

    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long HIGH_NIBBLES = 0xF0F0F0F0F0F0F0F0L;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    static {
        long power = 1;
        for (int i = 0; i < POWERS_OF_TEN.length; i++) {
            POWERS_OF_TEN[i] = power;
            power *= 10;
        }
        for (int i = 0; i < 100; i++) {
            TWO_DIGITS[i] = (short) ((('0' + i % 10) << 8) | ('0' + i / 10));
        }
        Arrays.fill(ESCAPES, 0, ' ', HEX_ESCAPE);
        ESCAPES['\b'] = 'b';
        ESCAPES['\t'] = 't';
        ESCAPES['\n'] = 'n';
        ESCAPES['\f'] = 'f';
        ESCAPES['\r'] = 'r';
        ESCAPES['"'] = '"';
        ESCAPES['\\'] = '\\';
    }

    private byte[] bytes = new byte[INITIAL_CAPACITY];
    private int size;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Makes it empty. */
    void clear() {
        size = 0;
        if (bytes.length > MAX_KEPT_CAPACITY) {
            bytes = new byte[INITIAL_CAPACITY];
        }
    }

    /** A copy of everything that was written. */
    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** A copy of everything that was written, between other bytes. */
    byte[] toBytes(byte[] before, byte[] after) {
        if (before.length + after.length == 0) {
            return toBytes();
        }
        byte[] message = Arrays.copyOf(before, before.length + size + after.length);
        System.arraycopy(bytes, 0, message, before.length, size);
        System.arraycopy(after, 0, message, before.length + size, after.length);
        return message;
    }

    /** Bytes of JSON. */
    void write(byte[] json) throws UnsupportedJsonException {
        reserve(json.length);
        System.arraycopy(json, 0, bytes, size, json.length);
        size += json.length;
    }

    /** A character of ASCII, which is not escaped. */
    void write(char mark) throws UnsupportedJsonException {
        reserve(1);
        bytes[size++] = (byte) mark;
    }

    void writeNull() throws UnsupportedJsonException {
        write(NULL);
    }

    void writeBoolean(boolean value) throws UnsupportedJsonException {
        write(value ? TRUE : FALSE);
    }

    void writeInteger(long value) throws UnsupportedJsonException {
        if (value == Long.MIN_VALUE) {
            write(MIN_LONG);
            return;
        }
        reserve(MAX_LONG_DIGITS);
        byte[] to = bytes;
        long rest = value;
        if (rest < 0) {
            to[size++] = '-';
            rest = -rest;
        }
        int at = size + countDigits(rest);
        size = at;
        // Divisions of 32 bits are faster.
        while (rest > Integer.MAX_VALUE) {
            long high = rest / EIGHT_DIGITS;
            int low = (int) (rest - high * EIGHT_DIGITS);
            int upper = low / 10_000;
            writeFourDigits(to, at - 4, low - upper * 10_000);
            writeFourDigits(to, at - 8, upper);
            at -= 8;
            rest = high;
        }
        int few = (int) rest;
        while (few >= 100) {
            int others = few / 100;
            at -= 2;
            writeTwoDigits(to, at, few - others * 100);
            few = others;
        }
        if (few >= 10) {
            writeTwoDigits(to, at - 2, few);
        } else {
            to[at - 1] = (byte) ('0' + few);
        }
    }

    private static void writeFourDigits(byte[] to, int at, int digits) {
        int upper = digits / 100;
        writeTwoDigits(to, at, upper);
        writeTwoDigits(to, at + 2, digits - upper * 100);
    }

    private static void writeTwoDigits(byte[] to, int at, int digits) {
        SHORTS.set(to, at, TWO_DIGITS[digits]);
    }

    private static int countDigits(long value) {
        // 1233 / 4096 is the decimal logarithm of 2. The result may be too low by one, which the power shows.
        int digits = ((Long.SIZE - Long.numberOfLeadingZeros(value | 1)) * 1233) >> 12;
        return digits < POWERS_OF_TEN.length && value >= POWERS_OF_TEN[digits] ? digits + 1 : Math.max(digits, 1);
    }

    /** A number, or a text if it is not finite. */
    void writeFloat(float value) throws UnsupportedJsonException {
        if (Float.isFinite(value)) {
            writeAscii(Float.toString(value));
        } else {
            writeText(Float.toString(value));
        }
    }

    /** A number, or a text if it is not finite. */
    void writeDouble(double value) throws UnsupportedJsonException {
        if (Double.isFinite(value)) {
            writeAscii(Double.toString(value));
        } else {
            writeText(Double.toString(value));
        }
    }

    /** A text of ASCII, without quotes and escapes. */
    @SuppressWarnings("deprecation") // It is the fastest way into the buffer, and right for ASCII.
    void writeAscii(String text) throws UnsupportedJsonException {
        int length = text.length();
        reserve(length);
        text.getBytes(0, length, bytes, size);
        size += length;
    }

    /** A text in quotes. Surrogates, also single ones, are escaped. */
    void writeText(String text) throws UnsupportedJsonException {
        int length = text.length();
        if (length >= LONG_TEXT && length <= VERY_LONG_TEXT) {
            byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
            reserve(encoded.length + 2L);
            if (copyPlain(encoded, bytes, size + 1)) {
                bytes[size] = '"';
                size += encoded.length + 2;
                bytes[size - 1] = '"';
                return;
            }
        }
        write('"');
        for (int from = 0; from < length; from += CHUNK) {
            int end = Math.min(length, from + CHUNK);
            reserve((end - from) * MAX_CHARACTER_BYTES);
            writeCharacters(text, from, end);
        }
        write('"');
    }

    /**
     * Copies a text in UTF-8, if it is the same in JSON. It is not with escapes, and with surrogates: pairs have four bytes
     * here, and single ones are question marks.
     */
    private static boolean copyPlain(byte[] encoded, byte[] to, int at) {
        int last = encoded.length - Long.BYTES;
        long found = 0;
        for (int i = 0; i < last; i += Long.BYTES) {
            long word = (long) WORDS.get(encoded, i);
            WORDS.set(to, at + i, word);
            found |= findSpecial(word);
        }
        long word = (long) WORDS.get(encoded, last);
        WORDS.set(to, at + last, word);
        return ((found | findSpecial(word)) & HIGH_BITS) == 0;
    }

    /** The highest bit of a byte is set if one of the eight is special; other bits have no meaning. */
    private static long findSpecial(long word) {
        long quotes = word ^ (EACH * '"');
        long backslashes = word ^ (EACH * '\\');
        long questionMarks = word ^ (EACH * '?');
        long notFourBytes = ~word & HIGH_NIBBLES;
        return ((word - EACH * ' ') & ~word)
                | ((quotes - EACH) & ~quotes)
                | ((backslashes - EACH) & ~backslashes)
                | ((questionMarks - EACH) & ~questionMarks)
                | ((notFourBytes - EACH) & ~notFourBytes);
    }

    private void writeCharacters(String text, int from, int end) {
        byte[] to = bytes;
        int at = size;
        for (int i = from; i < end; i++) {
            char character = text.charAt(i);
            if (character < ESCAPES.length) {
                byte escape = ESCAPES[character];
                if (escape == 0) {
                    to[at++] = (byte) character;
                } else if (escape == HEX_ESCAPE) {
                    at = writeHexEscape(to, at, character);
                } else {
                    to[at++] = '\\';
                    to[at++] = escape;
                }
            } else if (character < 0x800) {
                to[at++] = (byte) (0xC0 | (character >> 6));
                to[at++] = (byte) (0x80 | (character & 0x3F));
            } else if (Character.isSurrogate(character)) {
                at = writeHexEscape(to, at, character);
            } else {
                to[at++] = (byte) (0xE0 | (character >> 12));
                to[at++] = (byte) (0x80 | ((character >> 6) & 0x3F));
                to[at++] = (byte) (0x80 | (character & 0x3F));
            }
        }
        size = at;
    }

    private static int writeHexEscape(byte[] to, int at, char character) {
        to[at] = '\\';
        to[at + 1] = 'u';
        to[at + 2] = HEX[character >> 12];
        to[at + 3] = HEX[(character >> 8) & 0xF];
        to[at + 4] = HEX[(character >> 4) & 0xF];
        to[at + 5] = HEX[character & 0xF];
        return at + 6;
    }

    /** Base64 in quotes, with padding, on one line. */
    void writeBase64(byte[] data) throws UnsupportedJsonException {
        reserve(2 + (data.length + 2L) / 3 * 4);
        byte[] to = bytes;
        int at = size;
        to[at++] = '"';
        int whole = data.length - data.length % 3;
        for (int i = 0; i < whole; i += 3) {
            at = writeBase64(to, at, ((data[i] & 0xFF) << 16) | ((data[i + 1] & 0xFF) << 8) | (data[i + 2] & 0xFF));
        }
        if (whole < data.length) {
            boolean two = data.length - whole == 2;
            at = writeBase64(to, at, ((data[whole] & 0xFF) << 16) | (two ? (data[whole + 1] & 0xFF) << 8 : 0));
            to[at - 1] = '=';
            if (!two) {
                to[at - 2] = '=';
            }
        }
        to[at++] = '"';
        size = at;
    }

    private static int writeBase64(byte[] to, int at, int group) {
        to[at] = BASE64[group >> 18];
        to[at + 1] = BASE64[(group >> 12) & 0x3F];
        to[at + 2] = BASE64[(group >> 6) & 0x3F];
        to[at + 3] = BASE64[group & 0x3F];
        return at + 4;
    }

    private void reserve(long more) throws UnsupportedJsonException {
        if (more > bytes.length - size) {
            grow(more);
        }
    }

    private void grow(long more) throws UnsupportedJsonException {
        if (size + more > MAX_CAPACITY) {
            throw new UnsupportedJsonException();
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_CAPACITY, Math.max(2L * bytes.length, size + more)));
    }
}
