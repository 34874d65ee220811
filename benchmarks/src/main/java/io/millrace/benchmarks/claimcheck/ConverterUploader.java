package io.millrace.benchmarks.claimcheck;

import io.millrace.converters.ClaimCheckConverter;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.converters.ByteArrayConverter;
import org.apache.kafka.connect.data.Schema;

/** The converter round one that hands bytes on, message by message. */
final class ConverterUploader implements Uploader {
    private final ClaimCheckConverter converter = new ClaimCheckConverter();

    ConverterUploader(Target target) {
        Map<String, String> options = new HashMap<>(target.options());
        options.put("claim-check.converter", ByteArrayConverter.class.getName());
        options.put("payload.read.locations", target.location());
        converter.configure(options, false);
    }

    @Override
    public void store(String topic, Iterator<byte[]> payloads) {
        while (payloads.hasNext()) {
            Headers headers = new RecordHeaders();
            converter.fromConnectData(topic, headers, Schema.BYTES_SCHEMA, payloads.next());
            if (headers.toArray().length == 0) {
                throw new IllegalStateException("A message was not stored");
            }
        }
    }

    @Override
    public void close() throws IOException {
        converter.close();
    }
}
