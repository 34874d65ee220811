package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.Discrepancy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reader of the views while everything goes on, faults included: no row that it looks at may go back to an older
 * revision. It looks at a sample of the rows, each time at the same, in a thread of its own.
 */
final class ReadingPoller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadingPoller.class);
    private static final int PAUSE_MS = 20;
    /** About every so many rows one is looked at. */
    private static final int SAMPLE = 7;

    private final ViewServer server;
    private final List<ViewModel> views;
    private final Replays replays;
    private final Map<String, Long> last = new HashMap<>();
    private final List<Discrepancy> problems = new ArrayList<>();
    private final AtomicLong reads = new AtomicLong();
    private final Thread thread = new Thread(this::poll, "reading-poller");
    private volatile boolean closed;

    ReadingPoller(ViewServer server, List<ViewModel> views, Replays replays) {
        this.server = server;
        this.replays = replays;
        this.views = views.stream().filter(ViewModel::hasRevision).toList();
        thread.setDaemon(true);
        thread.start();
    }

    /** How often the sample was read. */
    long reads() {
        return reads.get();
    }

    /** What was found since the last call. */
    synchronized List<Discrepancy> problems() {
        List<Discrepancy> found = List.copyOf(problems);
        problems.clear();
        return found;
    }

    /** Forgets what was read: the rows have been written anew. */
    synchronized void forget() {
        last.clear();
        problems.clear();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void poll() {
        try {
            while (!closed) {
                pollUntilTheServerIsGone();
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pollUntilTheServerIsGone() throws InterruptedException {
        try (Connection connection = server.connect()) {
            while (!closed) {
                for (ViewModel view : views) {
                    read(connection, view);
                }
                reads.incrementAndGet();
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } catch (SQLException e) {
            LOG.debug("The views are temporarily unavailable", e);
        }
    }

    private void read(Connection connection, ViewModel view) throws SQLException {
        String key = view.key().get(0);
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT " + ViewModel.REVISION + ", " + String.join(", ", view.key())
                                + " FROM " + view.name() + " WHERE MOD(" + key + ", " + SAMPLE + ") = 0")) {
            while (rows.next()) {
                StringBuilder row = new StringBuilder(view.name());
                for (int i = 0; i < view.key().size(); i++) {
                    row.append(' ').append(rows.getString(i + 2));
                }
                see(row.toString(), rows.getLong(1));
            }
        }
    }

    private synchronized void see(String row, long revision) {
        if (replays.letRowsStepBack()) {
            return;
        }
        Long before = last.put(row, revision);
        if (before != null && revision < before) {
            problems.add(new Discrepancy(
                    Discrepancy.Kind.REGRESSED, row + ": a reader saw revision " + revision + " after " + before));
        }
    }
}
