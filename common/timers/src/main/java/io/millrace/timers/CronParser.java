package io.millrace.timers;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Parses cron expressions. */
final class CronParser {
    private static final int MAX_LENGTH = 256;
    private static final Pattern FIELD = Pattern.compile("[^ \\t]+");
    private static final CronField[] FIELDS = CronField.values();
    private static final String NAMES = "minute hour day-of-month month day-of-week";

    private static final Map<String, String> MACROS = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");

    private CronParser() {}

    /**
     * The schedule of an expression.
     *
     * @throws InvalidCronException if the expression is not valid, or never fires
     */
    static CronSchedule parse(String expression) {
        if (expression.length() > MAX_LENGTH) {
            throw new InvalidCronException(
                    "Cron expression: expected at most " + MAX_LENGTH + " characters, found " + expression.length());
        }
        String fields = expandMacro(expression);
        List<MatchResult> texts = splitFields(expression, fields);
        Map<CronField, CronValues> values = new EnumMap<>(CronField.class);
        for (int i = 0; i < FIELDS.length; i++) {
            MatchResult text = texts.get(i);
            values.put(FIELDS[i], new CronFieldParser(FIELDS[i], fields, text.start(), text.end()).parse());
        }
        CronSchedule schedule = new CronSchedule(expression, values);
        if (schedule.neverFires()) {
            throw new InvalidCronException(
                    "Cron expression '" + expression
                            + "': expected a day-of-month that one of the months has, found none; the schedule would never fire");
        }
        return schedule;
    }

    private static String expandMacro(String expression) {
        String name = expression.strip();
        if (!name.startsWith("@")) {
            return expression;
        }
        String fields = MACROS.get(name);
        if (fields == null) {
            throw new InvalidCronException("Cron expression '" + expression + "': expected one of "
                    + String.join(", ", MACROS.keySet().stream().sorted().toList()) + ", or the fields " + NAMES
                    + ", found '" + name + "'");
        }
        return fields;
    }

    private static List<MatchResult> splitFields(String expression, String fields) {
        List<MatchResult> texts = FIELD.matcher(fields).results().toList();
        if (texts.size() != FIELDS.length) {
            throw new InvalidCronException(
                    "Cron expression '" + expression + "': expected " + FIELDS.length + " fields, "
                            + NAMES + ", found " + texts.size()
                            + (texts.size() > FIELDS.length ? "; fields of seconds and years are not supported" : ""));
        }
        return texts;
    }
}
