package io.millrace.transforms.context;

import io.millrace.events.EventHeaders;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;

/**
 * The headers that the record came with, whatever type they have.
 *
 * @param names what the incoming headers are called, by the header to write
 */
record HeaderSource(Map<String, String> names, ValueLimit limit, Refusals refusals) implements ContextSource {
    @Override
    public Optional<String> value(String key, ConnectRecord<?> record, Envelope change) {
        String name = names.get(key);
        Optional<String> text = EventHeaders.text(record.headers(), name).filter(found -> !found.isEmpty());
        Optional<String> objection = text.flatMap(found -> limit.objection(key, found));
        if (objection.isPresent()) {
            refusals.add(key, "the incoming header '" + name + "'", objection.get());
            return Optional.empty();
        }
        return text;
    }
}
