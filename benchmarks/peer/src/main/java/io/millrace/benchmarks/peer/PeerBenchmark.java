package io.millrace.benchmarks.peer;

import io.debezium.transforms.ContentBasedRouter;
import io.debezium.transforms.ExtractNewRecordState;
import io.millrace.benchmarks.RecordedChanges;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

/**
 * Debezium's transforms that select a record by a condition, send it to a separate topic and extract the row from the
 * envelope. The router comes first, because the condition needs the old row.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PeerBenchmark {
    private final ContentBasedRouter<SourceRecord> router = new ContentBasedRouter<>();
    private final ExtractNewRecordState<SourceRecord> unwrap = new ExtractNewRecordState<>();
    private SourceRecord[] matched;

    /** Loads the recording and configures what is measured. */
    @Setup
    public void prepare() throws IOException {
        matched = RecordedChanges.load().ordersPaid();
        router.configure(
                Map.of(
                        "language",
                        "jsr223.groovy",
                        "topic.expression",
                        "value.op == 'u' && value.before.status != 'PAID' && value.after.status == 'PAID' ? 'order-paid' : null"));
        unwrap.configure(Map.of());
        if (!Arrays.stream(matched).allMatch(record -> apply(record).topic().equals("order-paid"))) {
            throw new IllegalStateException("The condition does not mean the records that it is measured with");
        }
    }

    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void routerAndUnwrap(Blackhole blackhole) {
        for (SourceRecord record : matched) {
            blackhole.consume(apply(record));
        }
    }

    private SourceRecord apply(SourceRecord record) {
        return unwrap.apply(router.apply(record));
    }
}
