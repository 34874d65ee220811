package io.millrace.benchmarks;

import io.debezium.transforms.outbox.EventRouter;
import io.millrace.converters.StreamingJsonConverter;
import io.millrace.transforms.InjectContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.transforms.Transformation;
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
 * The cost of a record in Millrace's transforms and converter and, for comparison, in Connect's converter and in Debezium's
 * {@code EventRouter}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TransformsBenchmark {
    /** The key that each recorded order has, and how many others there are. */
    private static final String CURRENCY = "EUR";

    private static final int OTHER_CURRENCIES = 10_000;

    private final InjectContext<SourceRecord> context = new InjectContext<>();
    private final Transformation<SourceRecord> oneRule = MeasuredRules.transform(1, 1, "", Map.of());
    private final Transformation<SourceRecord> thirtyRules = MeasuredRules.transform(1, 30, "", Map.of());
    private final Transformation<SourceRecord> withLookup =
            MeasuredRules.transform(1, 1, "lookup('currencies', after.currency).digits == 2 && ", lookupOptions());
    private final EventRouter<SourceRecord> router = new EventRouter<>();
    private final JsonConverter converter = new JsonConverter();
    private SourceRecord[] matched;
    private SourceRecord[] unmatched;
    private SourceRecord[] outbox;
    private final StreamingJsonConverter streaming = new StreamingJsonConverter();
    private SourceRecord[] events;
    private byte[][] messages;

    /** Loads the recording and configures what is measured. */
    @Setup
    public void prepare() throws IOException {
        RecordedChanges recorded = RecordedChanges.load();
        matched = recorded.ordersPaid();
        unmatched = recorded.ordersShipped();
        outbox = recorded.findChanges("outbox", "c", row -> true);
        context.configure(Map.of("keys", "requestId,userId,traceparent", "sources", "comment"));
        router.configure(Map.of());
        converter.configure(Map.of("converter.type", "value"));
        streaming.configure(Map.of("converter.type", "value"));
        events = Arrays.stream(matched).map(oneRule::apply).toArray(SourceRecord[]::new);
        messages = Arrays.stream(events)
                .flatMap(event -> Stream.of(
                        converter.fromConnectData(event.topic(), event.keySchema(), event.key()),
                        converter.fromConnectData(event.topic(), event.valueSchema(), event.value())))
                .toArray(byte[][]::new);
        if (Arrays.stream(unmatched).anyMatch(record -> oneRule.apply(record) != null)
                || Arrays.stream(unmatched).anyMatch(record -> withLookup.apply(record) != null)
                || Arrays.stream(matched)
                        .anyMatch(record -> thirtyRules.apply(record) == null || withLookup.apply(record) == null)) {
            throw new IllegalStateException("The rules do not mean the records that they are measured with");
        }
    }

    /** A table in memory, as it is when its topic has been read. */
    private static Map<String, String> lookupOptions() {
        try {
            Path file = Files.createTempFile("currencies", ".tsv");
            file.toFile().deleteOnExit();
            StringBuilder lines = new StringBuilder("\"" + CURRENCY + "\"\t{\"digits\": 2}\n");
            for (int i = 0; i < OTHER_CURRENCIES; i++) {
                lines.append("\"X").append(i).append("\"\t{\"digits\": 0}\n");
            }
            Files.writeString(file, lines);
            return Map.of(
                    "lookup.1", "currencies; topic: shop.currencies; fields: digits: int32",
                    "tables.file.currencies", file.toString(),
                    "tables.kafka.bootstrap.servers", "unused:9092");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void applyToAll(Transformation<SourceRecord> transform, SourceRecord[] records, Blackhole blackhole) {
        for (SourceRecord record : records) {
            blackhole.consume(transform.apply(record));
        }
    }

    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void toOfficialEvent(Blackhole blackhole) {
        applyToAll(oneRule, matched, blackhole);
    }

    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void toOfficialEventDropped(Blackhole blackhole) {
        applyToAll(oneRule, unmatched, blackhole);
    }

    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void toOfficialEventThirtyRules(Blackhole blackhole) {
        applyToAll(thirtyRules, matched, blackhole);
    }

    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void toOfficialEventThirtyRulesDropped(Blackhole blackhole) {
        applyToAll(thirtyRules, unmatched, blackhole);
    }

    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void toOfficialEventWithLookup(Blackhole blackhole) {
        applyToAll(withLookup, matched, blackhole);
    }

    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void toOfficialEventWithLookupDropped(Blackhole blackhole) {
        applyToAll(withLookup, unmatched, blackhole);
    }

    /** Every other reader after the transform reads the value, and so causes the copy. */
    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void injectContext(Blackhole blackhole) {
        for (SourceRecord record : matched) {
            blackhole.consume(context.apply(record).value());
        }
    }

    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void eventRouter(Blackhole blackhole) {
        applyToAll(router, outbox, blackhole);
    }

    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void chain(Blackhole blackhole) {
        for (SourceRecord record : matched) {
            blackhole.consume(oneRule.apply(context.apply(record)));
        }
    }

    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void jsonConverterOfChange(Blackhole blackhole) {
        convertAll(converter, matched, blackhole);
    }

    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void jsonConverterOfEvent(Blackhole blackhole) {
        convertAll(converter, events, blackhole);
    }

    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void streamingJsonConverterOfChange(Blackhole blackhole) {
        convertAll(streaming, matched, blackhole);
    }

    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void streamingJsonConverterOfEvent(Blackhole blackhole) {
        convertAll(streaming, events, blackhole);
    }

    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void jsonConverterReadsEvent(Blackhole blackhole) {
        readAll(converter, blackhole);
    }

    @Benchmark
    @OperationsPerInvocation(RecordedChanges.ROWS)
    public void streamingJsonConverterReadsEvent(Blackhole blackhole) {
        readAll(streaming, blackhole);
    }

    private void readAll(Converter reading, Blackhole blackhole) {
        for (byte[] message : messages) {
            blackhole.consume(reading.toConnectData("shop.orders", message));
        }
    }

    static void convertAll(Converter writing, SourceRecord[] records, Blackhole blackhole) {
        for (SourceRecord record : records) {
            blackhole.consume(writing.fromConnectData(record.topic(), record.keySchema(), record.key()));
            blackhole.consume(writing.fromConnectData(record.topic(), record.valueSchema(), record.value()));
        }
    }
}
