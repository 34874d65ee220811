package io.millrace.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Prints the medians of JMH's measurements in one or more rounds, and their ratios. The time of a round is the median
 * of its samples, so that other load on the machine has little effect.
 */
final class Figures {
    private static final String ALLOCATION = "gc.alloc.rate.norm";

    private record Samples(List<Double> times, List<Double> bytes) {
        Samples() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        double time() {
            return medianOf(times);
        }

        private static double medianOf(List<Double> values) {
            List<Double> sorted = new ArrayList<>(values);
            Collections.sort(sorted);
            int middle = sorted.size() / 2;
            return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        }
    }

    private final Map<String, Samples> byName = new LinkedHashMap<>();

    private Figures() {}

    /** Takes the JSON files that JMH wrote. */
    public static void main(String[] files) throws IOException {
        Figures figures = new Figures();
        for (String file : files) {
            figures.addResults(new ObjectMapper().readTree(Path.of(file).toFile()));
        }
        figures.printTable();
    }

    private void addResults(JsonNode results) {
        for (JsonNode result : results) {
            Samples samples = byName.computeIfAbsent(nameOf(result), any -> new Samples());
            samples.times.add(result.path("primaryMetric")
                    .path("scorePercentiles")
                    .path("50.0")
                    .asDouble());
            result.path("secondaryMetrics")
                    .path(ALLOCATION)
                    .path("rawData")
                    .forEach(fork -> fork.forEach(value -> samples.bytes.add(value.asDouble())));
        }
    }

    /** The method's name, with its parameters. */
    private static String nameOf(JsonNode result) {
        String benchmark = result.path("benchmark").asText();
        StringBuilder name = new StringBuilder(benchmark.substring(benchmark.lastIndexOf('.') + 1));
        result.path("params").properties().forEach(parameter -> name.append(", ")
                .append(parameter.getKey())
                .append(' ')
                .append(parameter.getValue().asText()));
        return name.toString();
    }

    private void printTable() {
        System.out.printf(Locale.ROOT, "%-44s %12s %12s%n", "median", "ns/record", "bytes/record");
        byName.forEach((name, samples) -> System.out.printf(
                Locale.ROOT, "%-44s %12.1f %12.0f%n", name, samples.time(), Samples.medianOf(samples.bytes)));
        printShare("chain", "jsonConverterOfEvent");
        printShare("chain", "jsonConverterOfChange");
        printShare("toOfficialEventThirtyRules", "toOfficialEvent");
        printShare("toOfficialEventThirtyRulesDropped", "toOfficialEventDropped");
        printShare("toOfficialEventWithLookup", "toOfficialEvent");
        printShare("toOfficialEventWithLookupDropped", "toOfficialEventDropped");
        printShare("streamingJsonConverterReadsEvent", "jsonConverterReadsEvent");
        for (String written : List.of("Change", "Event", "WideRow", "WideRowWithSchema")) {
            printShare("streamingJsonConverterOf" + written, "jsonConverterOf" + written);
        }
        if (isMeasured("routerAndUnwrap", "toOfficialEvent")) {
            System.out.printf(Locale.ROOT, "ratio %.2f%n", time("routerAndUnwrap") / time("toOfficialEvent"));
        }
    }

    private void printShare(String part, String whole) {
        if (isMeasured(part, whole)) {
            System.out.printf(Locale.ROOT, "%s is %.2f of %s%n", part, time(part) / time(whole), whole);
        }
    }

    /** Not all are, if some were selected. */
    private boolean isMeasured(String part, String whole) {
        return byName.containsKey(part) && byName.containsKey(whole);
    }

    private double time(String name) {
        return byName.get(name).time();
    }
}
