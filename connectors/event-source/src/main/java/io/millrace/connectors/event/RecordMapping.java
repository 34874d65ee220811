package io.millrace.connectors.event;

import io.millrace.changes.LogicalMessage;
import io.millrace.context.ContextInjection;
import io.millrace.events.Heartbeat;
import io.millrace.lookups.Lookups;
import io.millrace.rules.OfficialEventConfig;
import io.millrace.rules.OfficialEventMapper;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Maps a record of the wrapped connector to the record to send: the request's context is put into headers, then the
 * rules make the event. Without rules a record passes with its context. For use by one thread.
 */
final class RecordMapping {
    private final ContextInjection context;
    private final Optional<OfficialEventMapper> rules;
    private final Optional<Lookups> lookups;
    private final boolean dropsDebeziumHeartbeats;

    private RecordMapping(
            ContextInjection context, Optional<OfficialEventConfig> config, boolean dropsDebeziumHeartbeats) {
        this.context = context;
        this.rules = config.map(OfficialEventMapper::new);
        this.lookups = config.map(OfficialEventConfig::lookups);
        lookups.ifPresent(Lookups::open);
        this.dropsDebeziumHeartbeats = dropsDebeziumHeartbeats;
    }

    /** The mapping of a task with these options. */
    static RecordMapping of(Map<String, String> task) {
        return new RecordMapping(
                new ContextInjection(EventSourceOptions.CONTEXT.readFrom(task)),
                EventSourceOptions.EVENTS.areSet(task)
                        ? Optional.of(new OfficialEventConfig(EventSourceOptions.ruleOptions(task)))
                        : Optional.empty(),
                TaskOptions.hasHeartbeatsOfOurs(task));
    }

    /**
     * Whether the tables that the rules look up can answer.
     *
     * @throws org.apache.kafka.connect.errors.ConnectException if one cannot for too long
     */
    boolean isReady() {
        return lookups.map(Lookups::areReady).orElse(true);
    }

    /** Releases the tables. */
    void close() {
        lookups.ifPresent(Lookups::close);
    }

    /**
     * Returns the record to send; the same record if nothing changes it, null if it is dropped.
     *
     * @param further gets the further events of the change, in their order; they are void if the record is refused
     * @throws org.apache.kafka.connect.errors.DataException if a rule refuses the record
     */
    @Nullable
    SourceRecord mapRecord(SourceRecord record, Consumer<SourceRecord> further) {
        if ((dropsDebeziumHeartbeats && Heartbeat.isDebeziumHeartbeat(record)) || observeMessage(record)) {
            // Its offset goes out with a heartbeat of this connector.
            return null;
        }
        SourceRecord injected = context.inject(record);
        return rules.isPresent() ? rules.get().mapRecord(injected, further) : injected;
    }

    /**
     * Takes the request's context of a logical message for the changes that follow it.
     *
     * @return whether the record is a message for this connector alone
     */
    boolean observeMessage(SourceRecord record) {
        Optional<LogicalMessage> message = LogicalMessage.find(record);
        return message.isPresent()
                && (context.observe(message.get()) || message.get().prefix().equals(DebeziumDefaults.HEARTBEAT_PREFIX));
    }
}
