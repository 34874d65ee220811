package io.millrace.benchmarks.harness;

import java.util.Map;

/** How much a sink receives at once. */
public final class FetchOptions {
    private FetchOptions() {}

    /** The options of a sink's consumer, which reads committed records; {@code --poll} sets the number of records. */
    public static Map<String, String> of(BenchmarkArguments arguments) {
        return Map.of(
                "consumer.override.isolation.level", "read_committed",
                "consumer.override.max.poll.records", arguments.text("poll", "5000"),
                "consumer.override.fetch.max.bytes", "67108864",
                "consumer.override.max.partition.fetch.bytes", "16777216");
    }
}
