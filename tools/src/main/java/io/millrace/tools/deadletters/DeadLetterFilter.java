package io.millrace.tools.deadletters;

import io.millrace.connectors.redrive.letters.DeadLetter;
import io.millrace.connectors.redrive.letters.LetterCondition;
import io.millrace.expressions.InvalidExpressionException;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.UsageException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.DataException;

/**
 * Which records of a queue a command is about. An absent part matches every record.
 *
 * @param reason a part of the reason, in lower case
 * @param connector the connector's name
 * @param since the earliest timestamp
 * @param until the timestamp before which they are
 * @param record the partition and the offset in the queue, as PARTITION@OFFSET
 * @param condition a condition in CEL
 * @param now the time that ages are counted from
 */
record DeadLetterFilter(
        Optional<String> reason,
        Optional<String> connector,
        Optional<Instant> since,
        Optional<Instant> until,
        Optional<String> record,
        Optional<LetterCondition> condition,
        Instant now) {
    /** The options that {@link #of} reads. */
    static final Set<String> OPTIONS = Set.of("--reason", "--connector", "--since", "--until", "--record", "--where");

    private static final Pattern AGO = Pattern.compile("([0-9]{1,6})([dhm])");
    private static final Pattern RECORD = Pattern.compile("[0-9]{1,9}@[0-9]{1,18}");

    /**
     * The filter of the arguments.
     *
     * @param now the time that ages are counted from
     * @throws UsageException if a time or a record is not valid
     */
    static DeadLetterFilter of(Arguments arguments, Instant now) {
        Optional<String> record = arguments.value("--record");
        if (record.isPresent() && !RECORD.matcher(record.get()).matches()) {
            throw new UsageException(
                    "--record: expected PARTITION@OFFSET in the queue, e.g. 0@17, found '" + record.get() + "'");
        }
        return new DeadLetterFilter(
                arguments.value("--reason").map(text -> text.toLowerCase(Locale.ROOT)),
                arguments.value("--connector"),
                arguments.value("--since").map(text -> parseTime("--since", text, now)),
                arguments.value("--until").map(text -> parseTime("--until", text, now)),
                record,
                arguments.value("--where").map(DeadLetterFilter::parseCondition),
                now);
    }

    private static LetterCondition parseCondition(String text) {
        try {
            return LetterCondition.parse(text);
        } catch (InvalidExpressionException e) {
            throw new UsageException("--where: " + e.getMessage(), e);
        }
    }

    private static Instant parseTime(String option, String text, Instant now) {
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            long number = Long.parseLong(ago.group(1));
            return now.minus(
                    switch (ago.group(2)) {
                        case "d" -> Duration.ofDays(number);
                        case "h" -> Duration.ofHours(number);
                        default -> Duration.ofMinutes(number);
                    });
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new UsageException(
                    option + ": expected a time such as 2026-11-28T09:30:00Z, or an age such as 30m, 36h or 7d, found '"
                            + text + "'",
                    e);
        }
    }

    /** Whether the command is about this record. */
    boolean matches(DeadLetter letter) {
        return reason.stream()
                        .allMatch(
                                part -> letter.reason().toLowerCase(Locale.ROOT).contains(part))
                && connector.stream()
                        .allMatch(
                                name -> letter.connector().filter(name::equals).isPresent())
                && since.stream().allMatch(time -> letter.timestampMs() >= time.toEpochMilli())
                && until.stream().allMatch(time -> letter.timestampMs() < time.toEpochMilli())
                && record.stream().allMatch((letter.partition() + "@" + letter.offset())::equals)
                && condition.stream().allMatch(chosen -> test(chosen, letter));
    }

    private boolean test(LetterCondition chosen, DeadLetter letter) {
        try {
            return chosen.matches(letter, now.toEpochMilli());
        } catch (DataException e) {
            throw new UsageException("--where: " + e.getMessage(), e);
        }
    }
}
