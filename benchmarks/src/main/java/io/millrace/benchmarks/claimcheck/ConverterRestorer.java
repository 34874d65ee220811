package io.millrace.benchmarks.claimcheck;

import io.millrace.converters.ClaimCheckConverter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.converters.ByteArrayConverter;
import org.apache.kafka.connect.data.Schema;

/** The converter round one that hands bytes on, message by message. */
final class ConverterRestorer implements Restorer {
    private final ClaimCheckConverter converter = new ClaimCheckConverter();
    private final List<Message> messages = new ArrayList<>();

    @SuppressWarnings("ArrayRecordComponent") // They are never compared.
    private record Message(String topic, Headers headers, byte[] body) {}

    ConverterRestorer(Target target) {
        Map<String, String> options = new HashMap<>(target.options());
        options.putAll(target.readingOptions());
        options.put("claim-check.converter", ByteArrayConverter.class.getName());
        converter.configure(options, false);
    }

    @Override
    public void store(String topic, Iterator<byte[]> payloads) {
        while (payloads.hasNext()) {
            Headers headers = new RecordHeaders();
            byte[] body = converter.fromConnectData(topic, headers, Schema.BYTES_SCHEMA, payloads.next());
            messages.add(new Message(topic, headers, body));
        }
    }

    @Override
    public void restore(Consumer<byte[]> restored) {
        for (Message message : messages) {
            restored.accept((byte[]) converter
                    .toConnectData(message.topic(), message.headers(), message.body())
                    .value());
        }
    }

    @Override
    public void close() throws IOException {
        converter.close();
    }
}
