package io.millrace.connectors.event;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A set of GTIDs as text: {@code UUID:1-5:7,UUID:1-3}, each server's intervals behind its UUID.
 *
 * <p>Source: MySQL's reference manual, "GTID Format and Storage".
 */
final class GtidSet {
    private record Interval(long first, long last) {
        private static Interval parse(String text) {
            int dash = text.indexOf('-');
            return dash < 0
                    ? new Interval(Long.parseLong(text), Long.parseLong(text))
                    : new Interval(Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
        }

        @Override
        public String toString() {
            return first == last ? String.valueOf(first) : first + "-" + last;
        }
    }

    private GtidSet() {}

    /**
     * The set with one more GTID.
     *
     * @param gtid {@code UUID:n}; one with a tag is added behind the others
     */
    static String add(String set, String gtid) {
        int colon = gtid.lastIndexOf(':');
        String server = gtid.substring(0, colon);
        List<String> servers = new ArrayList<>();
        boolean added = false;
        for (String part : split(set)) {
            if (!added && part.startsWith(server + ":") && !hasTag(part)) {
                servers.add(server + ":" + addNumber(part.substring(server.length() + 1), gtid.substring(colon + 1)));
                added = true;
            } else {
                servers.add(part);
            }
        }
        if (!added) {
            servers.add(gtid);
        }
        return String.join(",", servers);
    }

    /**
     * Whether each GTID of the other set is in the set. A server whose GTIDs have tags counts only if both sets have the same text
     * for it.
     */
    static boolean containsAll(String set, String other) {
        List<String> servers = split(set);
        return split(other).stream()
                .allMatch(part -> servers.contains(part)
                        || (!hasTag(part) && servers.stream().anyMatch(each -> containsIntervals(each, part))));
    }

    private static boolean containsIntervals(String server, String other) {
        int colon = other.indexOf(':');
        if (hasTag(server) || !server.startsWith(other.substring(0, colon + 1))) {
            return false;
        }
        List<Interval> intervals = parseIntervals(server.substring(colon + 1));
        return parseIntervals(other.substring(colon + 1)).stream().allMatch(interval -> intervals.stream()
                .anyMatch(each -> each.first() <= interval.first() && interval.last() <= each.last()));
    }

    private static List<String> split(String set) {
        return Arrays.stream(set.split(",", -1))
                .map(String::trim)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static List<Interval> parseIntervals(String intervals) {
        return Arrays.stream(intervals.split(":", -1)).map(Interval::parse).toList();
    }

    /** A tag begins with a letter or an underscore. */
    private static boolean hasTag(String part) {
        return Arrays.stream(part.split(":", -1))
                .skip(1)
                .anyMatch(interval -> interval.isEmpty() || !Character.isDigit(interval.charAt(0)));
    }

    private static String addNumber(String intervals, String number) {
        List<Interval> sorted = new ArrayList<>(parseIntervals(intervals));
        sorted.add(Interval.parse(number));
        sorted.sort(Comparator.comparingLong(Interval::first));
        List<Interval> merged = new ArrayList<>();
        for (Interval next : sorted) {
            Interval last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && next.first() <= last.last() + 1) {
                merged.set(merged.size() - 1, new Interval(last.first(), Math.max(last.last(), next.last())));
            } else {
                merged.add(next);
            }
        }
        return merged.stream().map(Interval::toString).collect(Collectors.joining(":"));
    }
}
