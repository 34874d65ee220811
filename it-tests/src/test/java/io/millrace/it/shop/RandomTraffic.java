package io.millrace.it.shop;

import io.millrace.it.shop.Shop.App;
import io.millrace.it.shop.Shop.Order;
import io.millrace.it.shop.Shop.Site;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * A service that writes to the shop: transactions of random size and content, plain and prepared statements, with and
 * without comments, some rolled back. Everything follows from the seed, and the model is told what was committed.
 */
public final class RandomTraffic {
    private static final DateTimeFormatter SQL_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS");
    private static final List<String> STATUSES = List.of("PLACED", "PAID", "SHIPPED", "CANCELLED");
    private static final int MAX_ROWS = 200;
    private static final int PAUSE_BETWEEN_TRANSACTIONS_MS = 15;

    private final Random random;
    private Connection connection;
    private final Shop shop;
    private long nextOrder = 1;
    private long nextSite = 1;
    private long nextRequest = 1;
    private boolean moves = true;
    private long clock = 1_700_000_000_000_000L;

    public RandomTraffic(Random random, Connection connection, Shop shop) throws SQLException {
        this.random = random;
        this.connection = connection;
        this.shop = shop;
        connection.setAutoCommit(false);
    }

    /** Goes on with another connection, perhaps to another server. */
    public void moveTo(Connection another) throws SQLException {
        another.setAutoCommit(false);
        connection = another;
    }

    /** Writes one transaction of this many orders in statements of a hundred. */
    public void placeManyOrders(int count) throws SQLException {
        Shop after = shop.begin();
        for (int placed = 0; placed < count; placed += 100) {
            insertOrders(after, 100);
        }
        connection.commit();
        shop.commit(after);
    }

    /** From now on no primary key is updated. */
    public void moveNoMore() {
        moves = false;
    }

    /** Writes transactions until at least this many changes have been committed. */
    public void commitChanges(int changes) throws SQLException {
        int before = events();
        while (events() - before < changes) {
            transaction();
        }
    }

    /** Writes some dozen transactions a second while this is true; for a thread of its own. */
    public void commitWhile(AtomicBoolean goOn) {
        try {
            while (goOn.get()) {
                transaction();
                TimeUnit.MILLISECONDS.sleep(PAUSE_BETWEEN_TRANSACTIONS_MS);
            }
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException("The shop could not go on", e);
        }
    }

    private int events() {
        return shop.orderEvents().size() + shop.siteEvents().size();
    }

    /** MySQL compresses what this connection commits from now on, or no longer does. */
    public void compress(boolean on) throws SQLException {
        connection.commit();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION binlog_transaction_compression = " + (on ? "ON" : "OFF"));
        }
    }

    /** Writes a transaction, together with what the connection has not committed yet; says whether it was committed. */
    public boolean transaction() throws SQLException {
        Shop after = shop.begin();
        int statements = 1 + random.nextInt(random.nextInt(10) == 0 ? 30 : 4);
        for (int i = 0; i < statements; i++) {
            statement(after);
        }
        if (random.nextInt(12) == 0) {
            connection.rollback();
            return false;
        }
        connection.commit();
        shop.commit(after);
        return true;
    }

    private void statement(Shop after) throws SQLException {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> placeOrders(after);
            case 3, 4 -> changeStatus(after);
            case 5 -> changeTotals(after);
            case 6 -> deleteOrders(after);
            case 7 -> moveOrder(after);
            case 8 -> changeNothing(after);
            case 9 -> createSite(after);
            case 10 -> changeSite(after);
            default -> deleteSite(after);
        }
    }

    private void placeOrders(Shop after) throws SQLException {
        insertOrders(after, after.orders().size() > MAX_ROWS ? 1 : 1 + random.nextInt(8));
    }

    private void insertOrders(Shop after, int count) throws SQLException {
        List<Order> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orders.add(new Order(
                    nextOrder++,
                    1 + random.nextInt(50),
                    "PLACED",
                    random.nextBoolean() ? "EUR" : "USD",
                    BigDecimal.valueOf(random.nextInt(1_000_000), 2),
                    tick(),
                    null,
                    null,
                    1));
        }
        String requestId =
                run("INSERT INTO orders (id, customer_id, status, currency, total, placed_at, version) VALUES "
                        + orders.stream()
                                .map(o -> "(" + o.id() + ", " + o.customerId() + ", '" + o.status() + "', '"
                                        + o.currency() + "', " + o.total() + ", " + sql(o.placedAt()) + ", 1)")
                                .collect(Collectors.joining(", ")));
        orders.forEach(order -> after.insert(order, requestId));
    }

    private void changeStatus(Shop after) throws SQLException {
        for (Order order : some(after, 1)) {
            Order changed = order.withStatus(STATUSES.get(random.nextInt(STATUSES.size())), tick());
            String requestId = run("UPDATE orders SET status = '" + changed.status() + "', paid_at = "
                    + sql(changed.paidAt()) + ", shipped_at = " + sql(changed.shippedAt())
                    + ", version = version + 1 WHERE id = " + order.id());
            after.update(changed, requestId);
        }
    }

    private void changeTotals(Shop after) throws SQLException {
        List<Order> orders = some(after, 10);
        if (!orders.isEmpty()) {
            String requestId = run(
                    "UPDATE orders SET total = total + 0.01, version = version + 1 WHERE id IN (" + ids(orders) + ")");
            orders.forEach(o -> after.update(o.withTotal(o.total().add(new BigDecimal("0.01"))), requestId));
        }
    }

    private void deleteOrders(Shop after) throws SQLException {
        List<Order> orders = some(after, 5);
        if (!orders.isEmpty()) {
            String requestId = run("DELETE FROM orders WHERE id IN (" + ids(orders) + ")");
            orders.forEach(order -> after.deleteOrder(order.id(), requestId));
        }
    }

    private void moveOrder(Shop after) throws SQLException {
        if (!moves) {
            return;
        }
        for (Order order : some(after, 1)) {
            long to = nextOrder++;
            String requestId = run("UPDATE orders SET id = " + to + " WHERE id = " + order.id());
            after.move(order.id(), to, requestId);
        }
    }

    /** MySQL logs no change for a row that stays as it is. */
    private void changeNothing(Shop after) throws SQLException {
        for (Order order : some(after, 1)) {
            run("UPDATE orders SET status = status WHERE id = " + order.id());
        }
    }

    private void createSite(Shop after) throws SQLException {
        Site site = new Site(nextSite++, name(), apps(), 1);
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO sites (id, name, document, version) VALUES (?, ?, ?, 1)" + comment(nextRequest))) {
            insert.setLong(1, site.id());
            insert.setString(2, site.name());
            insert.setString(3, document(site));
            insert.executeUpdate();
        }
        after.put(site, "r-" + nextRequest++);
    }

    private void changeSite(Shop after) throws SQLException {
        if (after.sites().isEmpty()) {
            return;
        }
        Site before = pickSite(after);
        Site site = new Site(before.id(), random.nextBoolean() ? name() : before.name(), apps(), before.version() + 1);
        try (PreparedStatement update = connection.prepareStatement(comment(nextRequest)
                + " UPDATE sites SET name = ?, document = ?, version = version + 1 WHERE id = ?")) {
            update.setString(1, site.name());
            update.setString(2, document(site));
            update.setLong(3, site.id());
            update.executeUpdate();
        }
        after.put(site, "r-" + nextRequest++);
    }

    private void deleteSite(Shop after) throws SQLException {
        if (after.sites().size() > 3) {
            long id = pickSite(after).id();
            after.deleteSite(id, run("DELETE FROM sites WHERE id = " + id));
        }
    }

    private Site pickSite(Shop after) {
        return List.copyOf(after.sites().values())
                .get(random.nextInt(after.sites().size()));
    }

    private List<App> apps() {
        if (random.nextInt(8) == 0) {
            return null;
        }
        List<App> apps = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            if (random.nextInt(3) == 0) {
                apps.add(new App(
                        (i % 2 == 0 ? "app-" : "App-ü") + i / 2,
                        random.nextInt(5) == 0 ? null : "1." + random.nextInt(20),
                        random.nextInt(5) == 0 ? null : random.nextBoolean()));
            }
        }
        return apps;
    }

    private String document(Site site) {
        String apps = site.apps() == null
                ? ""
                : "\"apps\":["
                        + site.apps().stream()
                                .map(app -> "{\"id\":\"" + app.id() + "\","
                                        + (app.version() == null ? "" : "\"version\":\"" + app.version() + "\",")
                                        + "\"enabled\":" + app.enabled() + ",\"stars\":4.5}")
                                .collect(Collectors.joining(","))
                        + "],";
        return "{\"theme\":{\"colour\":\"red\"}," + apps + "\"pages\":[{\"title\":\"" + "x".repeat(random.nextInt(300))
                + "\"}]}";
    }

    /** Some names look like a comment with context; they are data. */
    private String name() {
        return switch (random.nextInt(4)) {
            case 0 -> "/*requestId='smuggled'*/";
            case 1 -> "it's \\ \"quoted\" -- /*requestId='smuggled'*/";
            case 2 -> "Grüße 🎈 " + random.nextInt(1000);
            default -> "site " + random.nextInt(1000);
        };
    }

    private List<Order> some(Shop after, int atMost) {
        List<Order> all = after.orders().values().stream().map(s -> s.order()).toList();
        List<Order> some = new ArrayList<>();
        int count = all.isEmpty() ? 0 : 1 + random.nextInt(atMost);
        for (int i = 0; i < count; i++) {
            Order order = all.get(random.nextInt(all.size()));
            if (!some.contains(order)) {
                some.add(order);
            }
        }
        return some;
    }

    /** Runs the statement, most often with a comment; returns the request id that it carries, or null. */
    private String run(String sql) throws SQLException {
        String commented =
                switch (random.nextInt(4)) {
                    case 0 -> sql;
                    case 1 -> comment(nextRequest) + sql;
                    default -> sql + " " + comment(nextRequest);
                };
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(commented);
        }
        return commented.length() == sql.length() ? null : "r-" + nextRequest++;
    }

    private static String comment(long request) {
        return "/*requestId='r-" + request + "',userId='u%20" + request + "'*/";
    }

    private LocalDateTime tick() {
        clock += 1 + random.nextInt(5_000_000);
        return Shop.time(clock);
    }

    private static String ids(List<Order> orders) {
        return orders.stream().map(order -> String.valueOf(order.id())).collect(Collectors.joining(", "));
    }

    private static String sql(LocalDateTime time) {
        return time == null ? "NULL" : "'" + SQL_TIME.format(time) + "'";
    }
}
