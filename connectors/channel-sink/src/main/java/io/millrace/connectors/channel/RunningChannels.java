package io.millrace.connectors.channel;

import io.millrace.changes.RecordPlace;
import io.millrace.connectors.channel.history.ChannelEvent;
import io.millrace.connectors.channel.history.ChannelHub;
import io.millrace.connectors.channel.token.ChannelTokens;
import io.millrace.connectors.channel.token.JwksKeys;
import io.millrace.connectors.channel.web.ChannelListeners;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A started task: its listener, its history and its metrics. For the task's thread. */
final class RunningChannels {
    private static final Logger LOG = LoggerFactory.getLogger(RunningChannels.class);
    /** After how long Connect calls {@link #put} at the latest, so that subscribers are answered while the topics are quiet. */
    private static final long MAX_QUIET_MS = 1_000;

    private final SinkTaskContext context;
    private final ChannelEvents events;
    private final Optional<JwksKeys> jwks;
    private final ChannelListeners.Lease lease;
    private final ChannelHub hub;
    private final ChannelSinkMetrics metrics;

    RunningChannels(AbstractConfig config, SinkTaskContext context) {
        this.context = context;
        this.events = new ChannelEvents(config);
        this.jwks = ChannelSinkOptions.TOKEN_JWKS.find(config).map(JwksKeys::new);
        String connector = ChannelSinkOptions.nameOf(config);
        try {
            this.lease = ChannelListeners.acquire(
                    connector,
                    ChannelSinkOptions.listener(config),
                    ChannelSinkOptions.history(config),
                    createTokens(config));
        } catch (RuntimeException e) {
            jwks.ifPresent(JwksKeys::close);
            throw e;
        }
        this.hub = lease.hub();
        this.metrics = new ChannelSinkMetrics(connector, hub, lease.listener().counts());
        context.timeout(MAX_QUIET_MS);
    }

    private ChannelTokens createTokens(AbstractConfig config) {
        if (ChannelSinkOptions.TOKENS.get(config) == ChannelSinkOptions.Tokens.NONE) {
            return ChannelTokens.notRequired();
        }
        Optional<String> audience = ChannelSinkOptions.AUDIENCE.find(config);
        String claim = ChannelSinkOptions.CLAIM.get(config);
        if (jwks.isPresent()) {
            return new ChannelTokens(jwks.get(), audience, claim);
        }
        var keys = ChannelSinkOptions.TOKEN_KEY.get(config);
        return new ChannelTokens(() -> keys, audience, claim);
    }

    /** The port of the listener. */
    int port() {
        return lease.listener().port();
    }

    void open(Collection<TopicPartition> partitions) {
        hub.open(partitions);
        context.requestCommit();
    }

    void put(Collection<SinkRecord> records) {
        for (SinkRecord record : records) {
            TopicPartition partition = new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
            try {
                append(partition, record);
            } catch (DataException e) {
                hub.skip(partition, record.originalKafkaOffset());
                refuse(record, e);
            }
        }
        hub.settle(records.isEmpty());
        if (!hub.hasBegun()) {
            // Connect states with a commit where each partition begins.
            context.requestCommit();
        }
        // Connect forgets it after each call. Without it, an empty call comes only every offset.flush.interval.ms.
        context.timeout(MAX_QUIET_MS);
    }

    private void append(TopicPartition partition, SinkRecord record) {
        Optional<ChannelEvent> event = events.find(record);
        if (event.isPresent()) {
            hub.append(partition, record.originalKafkaOffset(), event.get());
        } else {
            hub.skip(partition, record.originalKafkaOffset());
        }
    }

    private void refuse(SinkRecord record, DataException reason) {
        metrics.countRefusedRecord();
        ErrantRecordReporter reporter = context.errantRecordReporter();
        if (reporter == null) {
            throw new DataException(
                    reason.getMessage() + "; the task fails because errors.deadletterqueue.topic.name is not set",
                    reason);
        }
        LOG.warn("Refused {}: {}", RecordPlace.of(record), reason.getMessage());
        // Connect waits for the queue before it commits offsets.
        var unused = reporter.report(record, reason);
    }

    Map<TopicPartition, Long> beginnings(Map<TopicPartition, Long> next) {
        hub.begin(next);
        return hub.beginnings(next);
    }

    void close(Collection<TopicPartition> partitions) {
        hub.close(partitions);
    }

    void stop() {
        metrics.close();
        jwks.ifPresent(JwksKeys::close);
        lease.release();
    }
}
