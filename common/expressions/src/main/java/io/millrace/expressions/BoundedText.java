package io.millrace.expressions;

import org.apache.kafka.connect.errors.DataException;

/**
 * A text that may be read a few times only. RE2 finds a match in linear time, but all matches of some patterns in quadratic time:
 * each search may read the text to its end. For use by one thread.
 */
final class BoundedText implements CharSequence {
    private static final int READS = 20;
    private static final long FREE_READS = 1_000_000;

    private final String text;
    private long left;

    BoundedText(String text) {
        this.text = text;
        this.left = FREE_READS + (long) READS * text.length();
    }

    @Override
    public char charAt(int index) {
        left--;
        if (left < 0) {
            throw new DataException("a regular expression reads the text more than " + READS + " times");
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.substring(start, end);
    }

    /** Without the text. */
    @Override
    public String toString() {
        return "text of " + text.length() + " characters";
    }
}
