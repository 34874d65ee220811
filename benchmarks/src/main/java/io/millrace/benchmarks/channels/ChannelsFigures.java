package io.millrace.benchmarks.channels;

import io.millrace.benchmarks.harness.Median;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The medians of all rounds, a line for each figure and a column for each contender. */
final class ChannelsFigures {
    private static final int NAME_WIDTH = 62;

    private final List<ChannelContender> contenders;
    private final Map<String, Map<ChannelContender, List<Double>>> figures = new LinkedHashMap<>();

    ChannelsFigures(List<ChannelContender> contenders) {
        this.contenders = contenders;
    }

    void add(ChannelContender contender, String name, double figure) {
        System.err.printf(Locale.ROOT, "%s, %s: %.2f%n", contender.label(), name, figure);
        figures.computeIfAbsent(name, key -> new LinkedHashMap<>())
                .computeIfAbsent(contender, key -> new ArrayList<>())
                .add(figure);
    }

    /**
     * Prints them.
     *
     * @param compared the figure whose ratio, of socket.io to Millrace, is the last line if both were measured
     */
    void print(String compared) {
        StringBuilder head = new StringBuilder(" ".repeat(NAME_WIDTH));
        contenders.forEach(contender -> head.append(String.format("%12s", contender.label())));
        System.out.println(head);
        figures.forEach((name, values) -> {
            StringBuilder line = new StringBuilder(String.format("%-" + NAME_WIDTH + "s", name));
            for (ChannelContender contender : contenders) {
                line.append(
                        values.containsKey(contender)
                                ? String.format(Locale.ROOT, "%12.2f", Median.of(values.get(contender)))
                                : String.format("%12s", "-"));
            }
            System.out.println(line);
        });
        Map<ChannelContender, List<Double>> both = figures.getOrDefault(compared, Map.of());
        if (both.containsKey(ChannelContender.MILLRACE) && both.containsKey(ChannelContender.SOCKET_IO)) {
            System.out.printf(
                    Locale.ROOT,
                    "ratio %.2f%n",
                    ratio(both.get(ChannelContender.SOCKET_IO), both.get(ChannelContender.MILLRACE)));
        }
    }

    /** The median of the ratios of the rounds: compared values were measured one after the other. */
    private static double ratio(List<Double> theirs, List<Double> ours) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < Math.min(theirs.size(), ours.size()); round++) {
            ratios.add(theirs.get(round) / ours.get(round));
        }
        return Median.of(ratios);
    }
}
