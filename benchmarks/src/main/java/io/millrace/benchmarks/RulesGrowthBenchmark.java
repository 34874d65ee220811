package io.millrace.benchmarks;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** How the cost of a change in {@code ToOfficialEvent} grows with the tables and with the rules of each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RulesGrowthBenchmark {
    @Param({"1", "20", "200"})
    private int tables;

    @Param({"1", "10", "100"})
    private int rules;

    private Transformation<SourceRecord> transform;
    private SourceRecord[] matched;
    private SourceRecord[] unmatched;

    /** Loads the recording and configures the rules. */
    @Setup
    public void prepare() throws IOException {
        RecordedChanges recorded = RecordedChanges.load();
        matched = recorded.ordersPaid();
        unmatched = recorded.ordersShipped();
        transform = MeasuredRules.transform(tables, rules, "", Map.of());
    }

    /** A change that the last rule of the last table matches. */
    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void matched(Blackhole blackhole) {
        TransformsBenchmark.applyToAll(transform, matched, blackhole);
    }

    /** A change of the last table that no rule matches. */
    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void dropped(Blackhole blackhole) {
        TransformsBenchmark.applyToAll(transform, unmatched, blackhole);
    }
}
