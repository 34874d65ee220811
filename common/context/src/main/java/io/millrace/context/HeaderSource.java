package io.millrace.context;

import io.millrace.changes.ChangeReader;
import io.millrace.config.Option;
import io.millrace.events.EventHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;

/**
 * The headers that the record came with, whatever type they have.
 *
 * @param names the names of the incoming headers, by the header to write
 */
record HeaderSource(Map<String, String> names, ValueLimit limit, RefusedValueLog refused) implements ContextSource {
    private static final String NAME = "header";
    private static final Option<Map<String, String>> NAMES = KeyNames.option("header.names", NAME)
            .medium("The names of keys in the record's own headers, as key=name. A key that is not listed has the "
                    + "same name there.");

    static final SourceType TYPE = new SourceType(
            NAME,
            "the record's own headers",
            List.of(NAMES),
            settings -> new HeaderSource(
                    settings.completeNames(NAMES.get(settings.config())), settings.limit(), settings.refused()));

    @Override
    public Optional<String> find(String key, ConnectRecord<?> record, ChangeReader change) {
        String name = names.get(key);
        if (name == null) {
            return Optional.empty();
        }
        Optional<String> text = EventHeaders.text(record.headers(), name).filter(found -> !found.isEmpty());
        Optional<String> objection = text.flatMap(found -> limit.findObjection(key, found));
        if (objection.isPresent()) {
            refused.count(key, "the incoming header '" + name + "'", objection.get());
            return Optional.empty();
        }
        return text;
    }
}
