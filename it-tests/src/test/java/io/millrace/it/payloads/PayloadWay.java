package io.millrace.it.payloads;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What takes large values out of records and gives them back. Each compresses with another of the worker's libraries. */
public enum PayloadWay {
    /** The connector round Debezium's. */
    SOURCE {
        @Override
        public void source(ObjectNode config, String fields, String folder) {
            config.put("connector.class", "io.millrace.connectors.event.EventSourceConnector")
                    .put("wrapped.connector.class", "io.debezium.connector.mysql.MySqlConnector")
                    .put("payload.fields", inRows(fields))
                    .put("payload.store", "file:" + folder)
                    .put("payload.codec", "zstd")
                    .put("payload.threshold.bytes", Integer.toString(THRESHOLD));
        }

        @Override
        public void sink(ObjectNode config, String folder) {
            restore(config).put("transforms.restore.payload.read.locations", "file:" + folder);
        }
    },
    /** {@code ClaimCheck} and {@code RestorePayload}, without schemas in the messages. */
    FIELDS {
        @Override
        public void source(ObjectNode config, String fields, String folder) {
            config.put("transforms", "claim")
                    .put("transforms.claim.type", "io.millrace.transforms.ClaimCheck")
                    .put("transforms.claim.fields", fields)
                    .put("transforms.claim.payload.store", "file:" + folder)
                    .put("transforms.claim.payload.codec", "lz4")
                    .put("transforms.claim.payload.threshold.bytes", Integer.toString(THRESHOLD))
                    .put("value.converter.schemas.enable", "false");
        }

        @Override
        public void sink(ObjectNode config, String folder) {
            restore(config)
                    .put("transforms.restore.payload.read.locations", "file:" + folder)
                    .put("value.converter.schemas.enable", "false");
        }
    },
    /** {@code ChunkPayload} and {@code RestorePayload}, with producers and consumers of the worker's Kafka. */
    CHUNKS {
        @Override
        public void source(ObjectNode config, String fields, String folder) {
            String topic = config.path("topic.prefix").asText() + ".chunks";
            config.put("transforms", "chunk")
                    .put("transforms.chunk.type", "io.millrace.transforms.ChunkPayload")
                    .put("transforms.chunk.fields", fields)
                    .put("transforms.chunk.payload.store", "kafka:" + topic)
                    .put("transforms.chunk.payload.kafka.bootstrap.servers", "${env:KAFKA_BOOTSTRAP_SERVERS}")
                    .put("transforms.chunk.payload.codec", "gzip")
                    .put("transforms.chunk.payload.threshold.bytes", Integer.toString(THRESHOLD));
        }

        @Override
        public void sink(ObjectNode config, String folder) {
            restore(config)
                    .put(
                            "transforms.restore.payload.read.locations",
                            "kafka:" + config.path("topics").asText() + ".chunks")
                    .put("transforms.restore.payload.kafka.bootstrap.servers", "${env:KAFKA_BOOTSTRAP_SERVERS}");
        }
    },
    /** {@code ClaimCheckConverter} on both sides. */
    MESSAGES {
        @Override
        public void source(ObjectNode config, String fields, String folder) {
            converter(config)
                    .put("value.converter.payload.store", "file:" + folder)
                    .put("value.converter.payload.codec", "none")
                    .put("value.converter.payload.threshold.bytes", Integer.toString(THRESHOLD));
        }

        @Override
        public void sink(ObjectNode config, String folder) {
            converter(config).put("value.converter.payload.read.locations", "file:" + folder);
        }
    };

    /** Of a value that is stored; less than what the broker takes, so that values of every size come through. */
    public static final int THRESHOLD = 10_000;

    /**
     * Changes the configuration of a source whose event is that of {@code EventSourceConnector}.
     *
     * @param fields of the event that may be large, separated by commas
     * @param folder where the payloads are kept, unless they go to a topic
     */
    public abstract void source(ObjectNode config, String fields, String folder);

    /** Changes the configuration of a sink of the topic that is named as the source's {@code topic.prefix}. */
    public abstract void sink(ObjectNode config, String folder);

    /** A part of names of topics and connectors. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static String inRows(String fields) {
        return Stream.of("before.", "after.")
                .flatMap(row -> Stream.of(fields.split(",", -1)).map(row::concat))
                .collect(Collectors.joining(","));
    }

    private static ObjectNode restore(ObjectNode config) {
        return config.put("transforms", "restore")
                .put("transforms.restore.type", "io.millrace.transforms.RestorePayload");
    }

    private static ObjectNode converter(ObjectNode config) {
        return config.put("value.converter", "io.millrace.converters.ClaimCheckConverter")
                .put("value.converter.claim-check.converter", "org.apache.kafka.connect.json.JsonConverter");
    }
}
