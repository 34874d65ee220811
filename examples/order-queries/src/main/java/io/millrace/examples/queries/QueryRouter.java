package io.millrace.examples.queries;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers each path with a query of the views. */
final class QueryRouter {
    private static final Pattern ORDER = Pattern.compile("/orders/(\\d{1,18})");
    private static final Pattern ORDERS_OF_CUSTOMER = Pattern.compile("/customers/(\\d{1,18})/orders");
    private static final int PAGE = 20;
    private static final int MAX_PAGE = 100;
    private static final Duration MAX_WAIT = Duration.ofSeconds(2);
    private static final long POLL_MS = 20;

    private final OrderViews views;

    QueryRouter(OrderViews views) {
        this.views = views;
    }

    /**
     * Answers a GET.
     *
     * @throws IllegalArgumentException if a parameter is wrong
     * @throws SQLException if the views cannot be read
     */
    Reply answerPath(String path, Map<String, String> parameters) throws SQLException, InterruptedException {
        Matcher order = ORDER.matcher(path);
        if (order.matches()) {
            return answerOrder(Long.parseLong(order.group(1)), parseNumber(parameters, "revision", 0, Long.MAX_VALUE));
        }
        Matcher customer = ORDERS_OF_CUSTOMER.matcher(path);
        if (customer.matches()) {
            return answerOrdersOf(
                    Long.parseLong(customer.group(1)),
                    Optional.ofNullable(parameters.get("after")).map(PageCursor::parse),
                    (int) parseNumber(parameters, "limit", PAGE, MAX_PAGE));
        }
        return switch (path) {
            case "/health/live" -> Reply.message(200, "alive");
            case "/health/ready" -> Reply.message(200, "ready").writtenAt(views.writtenAt());
            default -> Reply.message(404, "Nothing is here");
        };
    }

    /** Waits up to two seconds until the view has the revision, for a client that has just written it. */
    private Reply answerOrder(long id, long revision) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + MAX_WAIT.toNanos();
        while (true) {
            ViewResult<Optional<OrderStatus>> found = views.findOrder(id);
            long known = found.value().map(OrderStatus::revision).orElse(0L);
            if (known >= revision) {
                return found.value()
                        .map(row -> Reply.order(new ViewResult<>(row, found.writtenAt())))
                        .orElseGet(() ->
                                Reply.message(404, "The order does not exist").writtenAt(found.writtenAt()));
            }
            if (System.nanoTime() > deadline) {
                return Reply.message(412, "The view has not reached this revision yet; it has " + known)
                        .writtenAt(found.writtenAt());
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private Reply answerOrdersOf(long customer, Optional<PageCursor> after, int limit) throws SQLException {
        ViewResult<List<OrderStatus>> page = views.findOrdersOf(customer, after, limit);
        Optional<String> next = page.value().size() < limit
                ? Optional.empty()
                : Optional.of("/customers/" + customer + "/orders?limit=" + limit + "&after="
                        + PageCursor.of(page.value().get(limit - 1)));
        return Reply.orders(page, next);
    }

    private static long parseNumber(Map<String, String> parameters, String name, long defaultValue, long most) {
        String text = parameters.get(name);
        if (text == null) {
            return defaultValue;
        }
        try {
            long number = Long.parseLong(text);
            if (number > 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is not a number", e);
        }
        throw new IllegalArgumentException(name + " is not between 1 and " + most);
    }
}
