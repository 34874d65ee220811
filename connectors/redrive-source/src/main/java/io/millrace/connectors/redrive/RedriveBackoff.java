package io.millrace.connectors.redrive;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How long letters wait before they come back. A record that was refused for the nth time waits the nth time, and later the last one. A record that
 * was not tried, because it is behind another one, waits the longest time that it has been waiting for already, at least the first one: so it
 * does not come back again and again while the other one is not resolved.
 *
 * @param waits at least one, none negative, none shorter than the one before it
 */
record RedriveBackoff(List<Duration> waits) {
    /** What an option accepts. */
    static final String EXPECTED = "durations such as 500ms, 30s, 5m, 2h or 1d, none shorter than the one before";

    private static final Pattern WAIT = Pattern.compile("([0-9]{1,6})(ms|s|m|h|d)");

    /** Keeps its own copy. */
    RedriveBackoff {
        waits = List.copyOf(waits);
    }

    /**
     * The times in texts.
     *
     * @throws IllegalArgumentException if there are none, one is not a duration, or one is shorter than the one before it
     */
    static RedriveBackoff parse(List<String> texts) {
        List<Duration> waits = new ArrayList<>();
        for (String text : texts) {
            Matcher wait = WAIT.matcher(text.strip());
            if (!wait.matches()) {
                throw new IllegalArgumentException("expected " + EXPECTED + ", found '" + text + "'");
            }
            Duration parsed = parse(Long.parseLong(wait.group(1)), wait.group(2));
            if (!waits.isEmpty() && parsed.compareTo(waits.get(waits.size() - 1)) < 0) {
                throw new IllegalArgumentException("expected " + EXPECTED + ", found " + texts);
            }
            waits.add(parsed);
        }
        if (waits.isEmpty()) {
            throw new IllegalArgumentException("expected " + EXPECTED + ", found none");
        }
        return new RedriveBackoff(waits);
    }

    private static Duration parse(long number, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    /** Of a record that was refused so many times, at least 1. */
    long waitMs(int attempts) {
        return waits.get(Math.min(attempts, waits.size()) - 1).toMillis();
    }

    /** Of a record behind another one that was found so many milliseconds ago. */
    long waitBehindMs(long age) {
        long wait = waits.get(0).toMillis();
        for (Duration longer : waits) {
            if (longer.toMillis() <= age) {
                wait = longer.toMillis();
            }
        }
        return wait;
    }

    @Override
    public String toString() {
        return waits.stream().map(Duration::toString).collect(Collectors.joining(","));
    }
}
