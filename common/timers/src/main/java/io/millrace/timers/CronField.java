package io.millrace.timers;

import java.util.List;
import java.util.Locale;

/** A field of a cron expression: its name, its values and their names. In the order in which an expression contains them. */
enum CronField {
    MINUTE("minute", 0, 59, List.of()),
    HOUR("hour", 0, 23, List.of()),
    DAY_OF_MONTH("day-of-month", 1, 31, List.of()),
    MONTH("month", 1, 12, List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")),
    /** Both 0 and 7 are Sunday. */
    DAY_OF_WEEK("day-of-week", 0, 7, List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"));

    private final String label;
    private final int min;
    private final int max;

    @SuppressWarnings("ImmutableEnumChecker") // The lists are those of List.of.
    private final List<String> names;

    CronField(String label, int min, int max, List<String> names) {
        this.label = label;
        this.min = min;
        this.max = max;
        this.names = names;
    }

    String label() {
        return label;
    }

    int min() {
        return min;
    }

    int max() {
        return max;
    }

    /** Whether {@code ?} is allowed, in place of {@code *}. */
    boolean isDay() {
        return this == DAY_OF_MONTH || this == DAY_OF_WEEK;
    }

    /** The number of a name in letters of any case, or -1. */
    int findNumber(String name) {
        int index = names.indexOf(name.toUpperCase(Locale.ROOT));
        return index < 0 ? -1 : min + index;
    }

    /** What a value may be, for a message: {@code a number from 1 to 12 or a name from JAN to DEC}. */
    String describeValues() {
        String numbers = "a number from " + min + " to " + max;
        return names.isEmpty()
                ? numbers
                : numbers + " or a name from " + names.get(0) + " to " + names.get(names.size() - 1);
    }
}
