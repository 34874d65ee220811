package io.millrace.timers;

/** Parses one field of a cron expression, by the grammar of {@link CronSchedule}. */
final class CronFieldParser {
    /** The bit of {@code L}, the last day of the month. No field of days has the value 0. */
    static final int LAST_DAY = 0;

    private static final String SEPARATORS = ",-/";
    /** More than any value, and far from an overflow. */
    private static final int TOO_HIGH = 1_000;

    private static final int SUNDAY = 0;
    private static final int SUNDAY_AT_END = 7;

    private final CronField field;
    private final String expression;
    private final int end;
    private int at;

    /**
     * Of a part of an expression.
     *
     * @param from the index of the field's first character
     * @param end the index behind its last character
     */
    CronFieldParser(CronField field, String expression, int from, int end) {
        this.field = field;
        this.expression = expression;
        this.at = from;
        this.end = end;
    }

    /**
     * The values of the field.
     *
     * @throws InvalidCronException if the text is not a field
     */
    CronValues parse() {
        boolean any = isNext('*', '*');
        if (field.isDay() && end - at == 1 && accept('?')) {
            return new CronValues(withoutSecondSunday(bits(field.min(), field.max(), 1)), false);
        }
        long values = parseElement();
        while (accept(',')) {
            values |= parseElement();
        }
        if (at < end) {
            throw invalid("',' or the end of the field");
        }
        return new CronValues(withoutSecondSunday(values), !any);
    }

    private long parseElement() {
        if (field == CronField.DAY_OF_MONTH && (accept('L') || accept('l'))) {
            return 1L << LAST_DAY;
        }
        int low = field.min();
        int high = field.max();
        boolean isSingle = false;
        if (!accept('*')) {
            low = parseValue();
            isSingle = !accept('-');
            high = isSingle ? low : parseRangeEnd(low);
        }
        if (!accept('/')) {
            return bits(low, high, 1);
        }
        return bits(low, isSingle ? field.max() : high, parseStep());
    }

    private int parseRangeEnd(int low) {
        int start = at;
        int high = parseValue();
        if (field == CronField.DAY_OF_WEEK && high == SUNDAY && low > SUNDAY) {
            high = SUNDAY_AT_END;
        }
        if (high < low) {
            at = start;
            throw invalid("a value that is not less than the start of the range, " + low);
        }
        return high;
    }

    private int parseValue() {
        int start = at;
        int value = isNext('0', '9') ? parseNumber() : parseName();
        if (value < field.min() || value > field.max()) {
            at = start;
            throw invalid(field.describeValues());
        }
        return value;
    }

    private int parseStep() {
        int start = at;
        int step = parseNumber();
        if (step < 1 || step > field.max()) {
            at = start;
            throw invalid("a step from 1 to " + field.max());
        }
        return step;
    }

    private int parseNumber() {
        int number = isNext('0', '9') ? 0 : -1;
        while (isNext('0', '9')) {
            number = Math.min(TOO_HIGH, number * 10 + expression.charAt(at) - '0');
            at++;
        }
        return number;
    }

    private int parseName() {
        int start = at;
        while (isNext('A', 'Z') || isNext('a', 'z')) {
            at++;
        }
        return field.findNumber(expression.substring(start, at));
    }

    private boolean isNext(char low, char high) {
        return at < end && expression.charAt(at) >= low && expression.charAt(at) <= high;
    }

    private boolean accept(char expected) {
        boolean found = isNext(expected, expected);
        at += found ? 1 : 0;
        return found;
    }

    private InvalidCronException invalid(String expected) {
        String found = findToken();
        String hint = found.chars().anyMatch(each -> "LlWw#".indexOf(each) >= 0)
                ? "; W and # are not supported, and L only as a day of the month"
                : "";
        return new InvalidCronException("Cron expression '" + expression + "', field " + field.label() + ", position "
                + (at + 1) + ": expected " + expected + ", found "
                + (found.isEmpty() ? "the end of the field" : "'" + found + "'") + hint);
    }

    /** The characters from the position on that belong together. */
    private String findToken() {
        int to = Math.min(at + 1, end);
        while (to < end
                && SEPARATORS.indexOf(expression.charAt(to - 1)) < 0
                && SEPARATORS.indexOf(expression.charAt(to)) < 0) {
            to++;
        }
        return expression.substring(at, to);
    }

    private long withoutSecondSunday(long values) {
        if (field != CronField.DAY_OF_WEEK) {
            return values;
        }
        return (values | (values >>> SUNDAY_AT_END)) & ~(1L << SUNDAY_AT_END);
    }

    private static long bits(int low, int high, int step) {
        long bits = 0;
        for (int value = low; value <= high; value += step) {
            bits |= 1L << value;
        }
        return bits;
    }
}
