package io.millrace.it.shop;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the shop's tables hold and which events their changes must have become, kept beside the database by plain Java: the
 * model that the pipeline is compared with. It knows nothing of Millrace's rules but what the events promise.
 */
public final class Shop {
    public record Order(
            long id,
            long customerId,
            String status,
            String currency,
            BigDecimal total,
            LocalDateTime placedAt,
            LocalDateTime paidAt,
            LocalDateTime shippedAt,
            long version) {
        public Order withId(long newId) {
            return new Order(newId, customerId, status, currency, total, placedAt, paidAt, shippedAt, version);
        }

        public Order withStatus(String newStatus, LocalDateTime at) {
            return new Order(
                    id,
                    customerId,
                    newStatus,
                    currency,
                    total,
                    placedAt,
                    newStatus.equals("PAID") ? at : paidAt,
                    newStatus.equals("SHIPPED") ? at : shippedAt,
                    version + 1);
        }

        public Order withTotal(BigDecimal newTotal) {
            return new Order(id, customerId, status, currency, newTotal, placedAt, paidAt, shippedAt, version + 1);
        }

        private Map<String, Object> body() {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("order_id", id);
            body.put("customer_id", customerId);
            body.put("status", status);
            body.put("total", total);
            body.put("currency", currency);
            body.put("placed_at", micros(placedAt));
            body.put("paid_at", micros(paidAt));
            body.put("shipped_at", micros(shippedAt));
            return body;
        }
    }

    public record App(String id, String version, Boolean enabled) {}

    /** A site; apps is null where the document has none. */
    public record Site(long id, String name, List<App> apps, long version) {}

    /** An event as a consumer must see it, but for its id. */
    public record Event(String type, long key, String requestId, String revision, Map<String, Object> body) {}

    /** A row of {@code order_status}. */
    public record OrderStatus(Order order, String requestId) {}

    private final Map<Long, OrderStatus> orders;
    private final Map<Long, Site> sites;
    private final List<Event> orderEvents;
    private final List<Event> siteEvents;

    public Shop() {
        this(new TreeMap<>(), new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
    }

    private Shop(
            Map<Long, OrderStatus> orders, Map<Long, Site> sites, List<Event> orderEvents, List<Event> siteEvents) {
        this.orders = orders;
        this.sites = sites;
        this.orderEvents = orderEvents;
        this.siteEvents = siteEvents;
    }

    /** The shop as it will be if a transaction commits; this one stays as it is. */
    public Shop begin() {
        return new Shop(new TreeMap<>(orders), new TreeMap<>(sites), new ArrayList<>(), new ArrayList<>());
    }

    public void commit(Shop transaction) {
        orders.clear();
        orders.putAll(transaction.orders);
        sites.clear();
        sites.putAll(transaction.sites);
        orderEvents.addAll(transaction.orderEvents);
        siteEvents.addAll(transaction.siteEvents);
    }

    public Map<Long, OrderStatus> orders() {
        return orders;
    }

    public Map<Long, Site> sites() {
        return sites;
    }

    public List<Event> orderEvents() {
        return orderEvents;
    }

    public List<Event> siteEvents() {
        return siteEvents;
    }

    public void insert(Order order, String requestId) {
        orders.put(order.id(), new OrderStatus(order, requestId));
        event("OrderPlaced", order, requestId);
    }

    public void update(Order after, String requestId) {
        String before = orders.put(after.id(), new OrderStatus(after, requestId))
                .order()
                .status();
        boolean became = !before.equals(after.status());
        event(
                !became
                        ? "OrderChanged"
                        : switch (after.status()) {
                            case "PAID" -> "OrderPaid";
                            case "SHIPPED" -> "OrderShipped";
                            case "CANCELLED" -> "OrderCancelled";
                            default -> "OrderChanged";
                        },
                after,
                requestId);
    }

    public void deleteOrder(long id, String requestId) {
        Order order = orders.remove(id).order();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("order_id", id);
        body.put("status", order.status());
        orderEvents.add(new Event("OrderDeleted", id, requestId, String.valueOf(order.version()), body));
    }

    /** An update of the primary key is the end of one order and the beginning of another. */
    public void move(long from, long to, String requestId) {
        Order moved = orders.get(from).order().withId(to);
        deleteOrder(from, requestId);
        insert(moved, requestId);
    }

    /** A row that was there before the connector was. */
    public void readByTheSnapshot() {
        orderEvents.clear();
        siteEvents.clear();
        orders.replaceAll((id, status) -> new OrderStatus(status.order(), null));
        orders.values().forEach(status -> event("OrderChanged", status.order(), null));
        sites.values().forEach(site -> event(site, null));
    }

    public void put(Site site, String requestId) {
        sites.put(site.id(), site);
        event(site, requestId);
    }

    public void deleteSite(long id, String requestId) {
        Site site = sites.remove(id);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("site_id", id);
        siteEvents.add(new Event("SiteDeleted", id, requestId, String.valueOf(site.version()), body));
    }

    private void event(String type, Order order, String requestId) {
        orderEvents.add(new Event(type, order.id(), requestId, String.valueOf(order.version()), order.body()));
    }

    private void event(Site site, String requestId) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("site_id", site.id());
        body.put("name", site.name());
        body.put(
                "apps",
                site.apps() == null
                        ? null
                        : site.apps().stream().map(Shop::body).toList());
        siteEvents.add(new Event("SiteChanged", site.id(), requestId, String.valueOf(site.version()), body));
    }

    private static Map<String, Object> body(App app) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", app.id());
        body.put("version", app.version());
        body.put("enabled", app.enabled());
        return body;
    }

    private static Long micros(LocalDateTime time) {
        return time == null ? null : ChronoUnit.MICROS.between(LocalDateTime.of(1970, 1, 1, 0, 0), time);
    }

    public static LocalDateTime time(long micros) {
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, 1_000_000L), (int) Math.floorMod(micros, 1_000_000L) * 1_000, ZoneOffset.UTC);
    }
}
