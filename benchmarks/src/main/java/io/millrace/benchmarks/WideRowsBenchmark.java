package io.millrace.benchmarks;

import io.millrace.converters.StreamingJsonConverter;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** The cost of writing a row of 30 columns and its key by Millrace's converter and by Connect's. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WideRowsBenchmark {
    private static final int ROWS = 64;

    private final SourceRecord[] rows = WideRows.records(ROWS);
    private final JsonConverter connects = new JsonConverter();
    private final JsonConverter connectsWithSchema = new JsonConverter();
    private final StreamingJsonConverter streaming = new StreamingJsonConverter();
    private final StreamingJsonConverter streamingWithSchema = new StreamingJsonConverter();

    /** Configures what is measured. */
    @Setup
    public void prepare() {
        Map<String, String> withoutSchemas = Map.of("converter.type", "value", "schemas.enable", "false");
        connects.configure(withoutSchemas);
        streaming.configure(withoutSchemas);
        Map<String, String> withSchemas = Map.of("converter.type", "value");
        connectsWithSchema.configure(withSchemas);
        streamingWithSchema.configure(withSchemas);
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public void jsonConverterOfWideRow(Blackhole blackhole) {
        TransformsBenchmark.convertAll(connects, rows, blackhole);
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public void jsonConverterOfWideRowWithSchema(Blackhole blackhole) {
        TransformsBenchmark.convertAll(connectsWithSchema, rows, blackhole);
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public void streamingJsonConverterOfWideRow(Blackhole blackhole) {
        TransformsBenchmark.convertAll(streaming, rows, blackhole);
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public void streamingJsonConverterOfWideRowWithSchema(Blackhole blackhole) {
        TransformsBenchmark.convertAll(streamingWithSchema, rows, blackhole);
    }
}
