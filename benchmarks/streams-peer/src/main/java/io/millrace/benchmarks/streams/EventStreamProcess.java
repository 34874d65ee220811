package io.millrace.benchmarks.streams;

import io.millrace.benchmarks.transactions.EventRules;
import io.millrace.changes.TopicPosition;
import io.millrace.converters.StreamingJsonConverter;
import io.millrace.transforms.ToOfficialEvent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** A process in which Kafka Streams makes events of a raw topic, with Millrace's converters and transform. */
public final class EventStreamProcess {
    private static final int THREADS = 4;

    private EventStreamProcess() {}

    /** Takes bootstrap servers, the raw topic, the topic of the events and a directory; runs until it is ended. */
    public static void main(String[] words) {
        String events = words[2];
        Properties options = new Properties();
        options.put(StreamsConfig.APPLICATION_ID_CONFIG, "transactions-" + events);
        options.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, words[0]);
        options.put(StreamsConfig.STATE_DIR_CONFIG, words[3]);
        options.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        options.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, THREADS);
        options.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        options.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        options.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        Topology topology = new Topology();
        topology.addSource("raw", words[1])
                .addProcessor("rules", () -> new Rules(events), "raw")
                .addSink("events", events, "rules");
        KafkaStreams streams = new KafkaStreams(topology, options);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }

    private static final class Rules implements Processor<byte[], byte[], byte[], byte[]> {
        private final String events;
        private final StreamingJsonConverter keys = new StreamingJsonConverter();
        private final StreamingJsonConverter values = new StreamingJsonConverter();
        private final ToOfficialEvent<SourceRecord> transform = new ToOfficialEvent<>();
        private ProcessorContext<byte[], byte[]> context;

        Rules(String events) {
            this.events = events;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> ofTask) {
            context = ofTask;
            keys.configure(Map.of("schemas.enable", "false"), true);
            values.configure(Map.of("schemas.enable", "false"), false);
            transform.configure(EventRules.transform(events));
        }

        @Override
        public void process(Record<byte[], byte[]> raw) {
            RecordMetadata place = context.recordMetadata().orElseThrow();
            SchemaAndValue key = keys.toConnectData(place.topic(), raw.key());
            SchemaAndValue value = values.toConnectData(place.topic(), raw.value());
            SourceRecord event = transform.apply(new SourceRecord(
                    TopicPosition.toSourcePartition(place.topic(), place.partition()),
                    new TopicPosition(place.topic(), place.partition(), place.offset() + 1, "cluster", null)
                            .toSourceOffset(),
                    place.topic(),
                    null,
                    key.schema(),
                    key.value(),
                    value.schema(),
                    value.value(),
                    raw.timestamp()));
            if (event != null) {
                Headers headers = new RecordHeaders();
                event.headers()
                        .forEach(header -> headers.add(
                                header.key(), Objects.toString(header.value()).getBytes(StandardCharsets.UTF_8)));
                context.forward(new Record<>(
                        keys.fromConnectData(events, event.keySchema(), event.key()),
                        values.fromConnectData(events, event.valueSchema(), event.value()),
                        event.timestamp() == null ? raw.timestamp() : event.timestamp(),
                        headers));
            }
        }
    }
}
