package io.millrace.connectors.event.faults;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shop's service, in a thread of its own: random transactions over all tables, some of them rolled back as a whole or in part.
 * The journal learns of a transaction when it is committed. If the server dies in the middle, a row that each transaction writes
 * shows whether it was.
 */
final class Traffic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Traffic.class);
    private static final Duration TIME_TO_PAUSE = Duration.ofMinutes(3);
    private static final Duration TIME_TO_CONNECT = Duration.ofMinutes(2);
    private static final int MAX_STATEMENTS = 6;
    private static final int PAUSE_MS = 40;
    private static final int ROLLED_BACK_OF = 10;
    private static final int PARTLY_OF = 8;
    private static final int TRUNCATED_OF = 40;

    private final ShopServer server;
    private final Shop shop;
    private final Journal journal;
    private final Random random;
    private final AtomicLong revisions = new AtomicLong();
    private final AtomicLong transactions = new AtomicLong();
    /** Held while a transaction is open; users of the tables hold it, too. */
    private final ReentrantLock turns = new ReentrantLock(true);

    private final Thread thread = new Thread(this::run, "traffic");
    private volatile Set<ShopTable> excluded = Set.of();
    private volatile boolean closed;
    private Connection connection;
    private long lastMark;
    private boolean going;
    private boolean resting = true;
    private Exception failure;

    /** The traffic pauses at first. */
    Traffic(ShopServer server, Shop shop, Journal journal, Random random) throws SQLException {
        this.server = server;
        this.shop = shop;
        this.journal = journal;
        this.random = random;
        this.connection = server.connectToShop();
        thread.setDaemon(true);
        thread.start();
    }

    /** Statements of a transaction. */
    interface Content {
        void write(ShopTransaction transaction) throws SQLException;
    }

    /** What is done between two transactions. */
    interface Turn {
        void use(Connection connection) throws Exception;
    }

    synchronized void go() {
        going = true;
        notifyAll();
    }

    /** Returns when the last transaction has ended. */
    synchronized void pause() throws InterruptedException {
        going = false;
        notifyAll();
        long deadline = System.nanoTime() + TIME_TO_PAUSE.toNanos();
        while (!resting && failure == null) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, deadline - System.nanoTime()));
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("The traffic did not pause within " + TIME_TO_PAUSE.toSeconds() + " s");
            }
        }
        throwFailure();
    }

    synchronized void throwFailure() {
        if (failure != null) {
            throw new IllegalStateException("The traffic has failed", failure);
        }
    }

    /** How many transactions have been committed. */
    long transactions() {
        return transactions.get();
    }

    /** From the next transaction on, these tables are not changed. */
    void exclude(ShopTable... tables) {
        excluded = Set.of(tables);
    }

    /** From the next transaction on, all tables are changed. */
    void includeAll() {
        excluded = Set.of();
    }

    /** Does something between two transactions, with a connection that has none open. */
    void takeTurn(Turn turn) throws Exception {
        turns.lock();
        try {
            requireConnection();
            turn.use(connection);
        } finally {
            turns.unlock();
        }
    }

    /** Commits a transaction, again until it is committed. */
    void commit(Content content) throws Exception {
        turns.lock();
        try {
            requireConnection();
            while (!tryCommit(content, false)) {
                requireConnection();
            }
        } finally {
            turns.unlock();
        }
    }

    /** A transaction on another connection than that of the traffic. Its owner ends it and tells the journal. */
    ShopTransaction begin(Connection other) {
        return new ShopTransaction(other, server.sql(), random, revisions);
    }

    /** Commits random transactions on the caller's thread. */
    void commitRandomly(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            commit(this::writeRandomly);
        }
    }

    private void run() {
        try {
            while (mayGo()) {
                turns.lock();
                try {
                    requireConnection();
                    commitOrTruncate();
                } finally {
                    turns.unlock();
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } catch (Exception e) {
            synchronized (this) {
                failure = e;
                notifyAll();
            }
        }
    }

    private synchronized boolean mayGo() throws InterruptedException {
        while (!going && !closed) {
            resting = true;
            notifyAll();
            wait();
        }
        resting = false;
        return !closed;
    }

    private void commitOrTruncate() throws SQLException {
        if (!server.sql().truncatesInTransactions()
                && random.nextInt(TRUNCATED_OF) == 0
                && !shop.bins().rows().isEmpty()) {
            truncateBins();
        } else {
            tryCommit(this::writeRandomly, random.nextInt(ROLLED_BACK_OF) == 0);
        }
    }

    private void writeRandomly(ShopTransaction transaction) throws SQLException {
        for (int count = 1 + random.nextInt(MAX_STATEMENTS); count > 0; count--) {
            if (random.nextInt(PARTLY_OF) == 0) {
                rollBackToSavepoint(transaction);
            }
            changeOne(transaction);
        }
    }

    private void changeOne(ShopTransaction transaction) throws SQLException {
        Set<ShopTable> without = excluded;
        shop.pickTable(random, table -> table.weight() > 0 && !without.contains(table))
                .changeRandomly(transaction);
    }

    private void rollBackToSavepoint(ShopTransaction transaction) throws SQLException {
        Map<ShopTable, Object> saved = shop.save();
        ShopTransaction.Savepoint savepoint = transaction.savepoint();
        try (Statement sql = connection.createStatement()) {
            sql.execute("SAVEPOINT before_change");
            changeOne(transaction);
            sql.execute("ROLLBACK TO SAVEPOINT before_change");
        }
        shop.restore(saved);
        transaction.returnTo(savepoint);
    }

    /** Returns whether the transaction was committed; if it was not, the tables are what they were. */
    private boolean tryCommit(Content content, boolean rollsBack) throws SQLException {
        Map<ShopTable, Object> saved = shop.save();
        ShopTransaction transaction = new ShopTransaction(connection, server.sql(), random, revisions);
        long mark = ++lastMark;
        boolean committed;
        try (Statement sql = connection.createStatement()) {
            content.write(transaction);
            sql.execute("INSERT INTO " + Shop.MARKS + " VALUES (" + mark + ")");
            if (rollsBack) {
                connection.rollback();
            } else {
                connection.commit();
            }
            committed = !rollsBack;
        } catch (SQLException e) {
            requireBroken(e);
            committed = queryNumber("SELECT COUNT(*) FROM " + Shop.MARKS + " WHERE id = " + mark) == 1;
        }
        if (committed) {
            journal.addTransaction(transaction);
            transactions.incrementAndGet();
        } else {
            shop.restore(saved);
        }
        return committed;
    }

    /** Where a statement that truncates is a transaction of its own, which has no context. */
    private void truncateBins() throws SQLException {
        boolean truncated;
        try (Statement sql = connection.createStatement()) {
            sql.execute(shop.bins().truncation());
            truncated = true;
        } catch (SQLException e) {
            requireBroken(e);
            truncated = queryNumber("SELECT COUNT(*) FROM " + shop.bins().fullName()) == 0;
        }
        if (truncated) {
            shop.bins().clearRows();
            journal.addEvent(shop.bins().cleared(Map.of()));
        }
    }

    /** The server was struck, and not the statement wrong. */
    private void requireBroken(SQLException e) throws SQLException {
        if (connection.isValid(1)) {
            throw e;
        }
        LOG.debug("The shop's connection is lost", e);
        reconnect();
    }

    private long queryNumber(String query) throws SQLException {
        try (Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } finally {
            connection.rollback();
        }
    }

    private void requireConnection() throws SQLException {
        if (!connection.isValid(0)) {
            reconnect();
        }
    }

    private void reconnect() throws SQLException {
        connection.abort(Runnable::run);
        long deadline = System.nanoTime() + TIME_TO_CONNECT.toNanos();
        while (true) {
            try {
                connection = server.connectToShop();
                return;
            } catch (SQLException e) {
                if (closed || System.nanoTime() > deadline) {
                    throw e;
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("Interrupted before the shop was connected", e);
            }
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(10).toMillis());
            connection.abort(Runnable::run);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            LOG.debug("The shop's connection could not be closed", e);
        }
    }
}
