package io.millrace.connectors.channel.web;

import io.millrace.connectors.channel.history.ChannelHub;
import io.millrace.connectors.channel.history.HistorySettings;
import io.millrace.connectors.channel.token.ChannelTokens;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of this process, each with its hub. A listener stays for 30 s after its task has stopped, so that a restart of the task drops
 * no connection; it ends at once if another connector needs its address. When the process ends, the listeners are drained. Safe for use by
 * many threads.
 */
public final class ChannelListeners {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelListeners.class);
    private static final long LINGER_SECONDS = 30;
    private static final Map<String, Lease> BY_CONNECTOR = new HashMap<>();
    /** Those of {@link #BY_CONNECTOR} whose tasks have stopped. */
    private static final Set<Lease> RELEASED = new HashSet<>();
    /** Whether {@link #drainAll} runs, which closes the listeners itself. Guarded by {@link #BY_CONNECTOR}. */
    private static boolean draining;

    private static final ScheduledExecutorService THREAD = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread created = new Thread(task, "millrace-channels-linger");
        created.setDaemon(true);
        return created;
    });

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ChannelListeners::drainAll, "millrace-channels-drain"));
    }

    private ChannelListeners() {}

    /**
     * The use of a listener by a task.
     *
     * @param uses counts the tasks that have had it
     */
    public record Lease(
            String connector,
            ListenerSettings settings,
            HistorySettings history,
            ChannelListener listener,
            ChannelHub hub,
            long uses) {
        private boolean fits(ListenerSettings otherSettings, HistorySettings otherHistory) {
            return settings.equals(otherSettings) && history.equals(otherHistory);
        }

        private boolean isAt(String address) {
            return settings.address().equals(address);
        }

        /** Ends the use. */
        public void release() {
            synchronized (BY_CONNECTOR) {
                if (equals(BY_CONNECTOR.get(connector))) {
                    RELEASED.add(this);
                }
            }
            Future<?> unused = THREAD.schedule(this::closeIfUnused, LINGER_SECONDS, TimeUnit.SECONDS);
        }

        /** Closes the listener, unless another task has it, or it is drained. */
        void closeIfUnused() {
            synchronized (BY_CONNECTOR) {
                if (draining) {
                    return;
                }
                RELEASED.remove(this);
                if (BY_CONNECTOR.remove(connector, this)) {
                    LOG.info("Closing the listener of {}", connector);
                    listener.close();
                }
            }
        }
    }

    /**
     * Starts a listener, or takes the one that a former task of the connector has left.
     *
     * @throws ConnectException if the address cannot be used
     */
    public static Lease acquire(
            String connector, ListenerSettings settings, HistorySettings history, ChannelTokens tokens) {
        synchronized (BY_CONNECTOR) {
            Lease former = BY_CONNECTOR.remove(connector);
            if (former != null) {
                RELEASED.remove(former);
            }
            List.copyOf(RELEASED).stream()
                    .filter(released -> released.isAt(settings.address()))
                    .forEach(Lease::closeIfUnused);
            Lease lease;
            if (former != null && former.fits(settings, history)) {
                former.listener().use(tokens);
                lease = new Lease(connector, settings, history, former.listener(), former.hub(), former.uses() + 1);
            } else {
                if (former != null) {
                    former.listener().close();
                }
                ChannelHub hub = new ChannelHub(history, ChannelListeners::nowMs);
                ChannelListener listener = new ChannelListener(settings, hub, tokens, ChannelListeners::nowMs);
                lease = new Lease(connector, settings, history, listener, hub, 1);
            }
            BY_CONNECTOR.put(connector, lease);
            return lease;
        }
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** Sends the clients of all listeners to other servers, and closes the listeners once they are gone, or after {@code drain.ms}. */
    static void drainAll() {
        List<Lease> leases;
        synchronized (BY_CONNECTOR) {
            draining = true;
            leases = List.copyOf(BY_CONNECTOR.values());
        }
        leases.forEach(lease -> lease.listener().drain());
        long deadline = nowMs()
                + leases.stream()
                        .mapToLong(lease -> lease.settings().drainMs())
                        .max()
                        .orElse(0);
        try {
            while (nowMs() < deadline
                    && leases.stream()
                            .anyMatch(lease -> lease.listener().counts().connections() > 0)) {
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (BY_CONNECTOR) {
            draining = false;
            BY_CONNECTOR.values().removeAll(leases);
            RELEASED.removeAll(leases);
        }
        leases.forEach(lease -> lease.listener().close());
    }
}
