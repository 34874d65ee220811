package io.millrace.connectors.channel;

import io.millrace.connectors.channel.history.ChannelHub;
import io.millrace.connectors.channel.web.ListenerCounts;
import io.millrace.partitions.TaskMetrics;
import java.util.concurrent.atomic.LongAdder;

/** Publishes the metrics of a task in JMX until it is closed. Safe for use by many threads. */
final class ChannelSinkMetrics implements ChannelSinkMXBean, AutoCloseable {
    private final ChannelHub hub;
    private final ListenerCounts listener;
    private final LongAdder refusedRecords = new LongAdder();
    private final TaskMetrics registration;

    ChannelSinkMetrics(String connector, ChannelHub hub, ListenerCounts listener) {
        this.hub = hub;
        this.listener = listener;
        this.registration = TaskMetrics.register("channel-sink", connector, "0", this);
    }

    void countRefusedRecord() {
        refusedRecords.increment();
    }

    @Override
    public int getConnections() {
        return listener.connections();
    }

    @Override
    public int getSubscriptions() {
        return hub.counts().subscriptions();
    }

    @Override
    public int getLaggingSubscriptions() {
        return hub.counts().lagging();
    }

    @Override
    public long getDeliveredEvents() {
        return listener.events();
    }

    @Override
    public long getDeliveredBytes() {
        return listener.bytes();
    }

    @Override
    public long getConflatedEvents() {
        return hub.counts().conflatedEvents();
    }

    @Override
    public long getRecoveredSubscriptions() {
        return hub.counts().recovered();
    }

    @Override
    public long getUnrecoveredSubscriptions() {
        return hub.counts().notRecovered();
    }

    @Override
    public long getHistoryMillis() {
        return hub.counts().oldestMs();
    }

    @Override
    public long getHistoryBytes() {
        return hub.counts().bytes();
    }

    @Override
    public long getRefusedRecords() {
        return refusedRecords.sum();
    }

    @Override
    public long getRefusedTokens() {
        return listener.tokensRefused();
    }

    @Override
    public long getRefusedAccess() {
        return listener.accessRefused();
    }

    @Override
    public long getRefusedFrames() {
        return listener.framesRefused();
    }

    @Override
    public long getRefusedByLimits() {
        return listener.limitsRefused();
    }

    @Override
    public long getLatencyP99Millis() {
        return listener.latencyP99Ms();
    }

    @Override
    public int getReady() {
        return hub.isReady() ? 1 : 0;
    }

    @Override
    public void close() {
        registration.close();
    }
}
