package io.millrace.benchmarks.chunks;

import io.millrace.payloads.PayloadReader;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.testing.servers.KafkaBroker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Payloads through the library, with its defaults but for what the plain messages have too. */
final class ChunkedPayloads implements ChunkContender {
    private final Map<String, Object> config = new HashMap<>();
    private final String topic;
    private final List<PayloadReference> references = new ArrayList<>();
    private PayloadWriter writer;
    private int payloadBytes;

    ChunkedPayloads(KafkaBroker broker, String topic, int chunkBytes) {
        this.topic = topic;
        config.put("payload.kafka.bootstrap.servers", broker.bootstrapServers());
        config.put("payload.chunk.bytes", chunkBytes);
        // Each payload is sent, whether or not it was sent before.
        config.put(PayloadOptions.CACHE_ENTRIES.name(), 0);
    }

    @Override
    public void open() {
        config.put(PayloadOptions.STORE.name(), "kafka:" + topic);
        writer = Payloads.openWriter(PayloadOptions.WRITING.read(config), "Chunks");
        writer.writeNow("events", new byte[] {1}, null);
    }

    @Override
    public void store(List<byte[]> payloads) throws Exception {
        payloadBytes = payloads.get(0).length;
        List<CompletableFuture<PayloadReference>> stored = new ArrayList<>();
        for (byte[] payload : payloads) {
            stored.add(writer.write("events", payload, null));
        }
        for (CompletableFuture<PayloadReference> each : stored) {
            references.add(each.get());
        }
    }

    @Override
    public void read() throws Exception {
        config.put(PayloadOptions.READ_LOCATIONS.name(), "kafka:" + topic);
        List<CompletableFuture<Integer>> lengths = new ArrayList<>();
        try (PayloadReader reader = Payloads.openReader(PayloadOptions.READING.read(config), "Chunks")) {
            for (PayloadReference reference : references) {
                lengths.add(reader.read(reference).thenApply(payload -> payload.length));
            }
            for (CompletableFuture<Integer> length : lengths) {
                if (length.get() != payloadBytes) {
                    throw new IllegalStateException("A payload came back with " + length.get() + " bytes");
                }
            }
        }
    }

    @Override
    public void close() {
        writer.close();
    }
}
