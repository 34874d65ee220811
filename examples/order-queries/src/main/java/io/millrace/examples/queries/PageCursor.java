package io.millrace.examples.queries;

import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;

/** The last row of a page, after which the next page begins. Its text is {@code PLACED_AT~ORDER_ID}. */
record PageCursor(LocalDateTime placedAt, long orderId) {
    static PageCursor of(OrderStatus last) {
        return new PageCursor(last.placedAt(), last.orderId());
    }

    /** @throws IllegalArgumentException if the text is not one of {@link #toString} */
    static PageCursor parse(String text) {
        int tilde = text.indexOf('~');
        try {
            return new PageCursor(
                    LocalDateTime.parse(text.substring(0, Math.max(0, tilde))),
                    Long.parseLong(text.substring(tilde + 1)));
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new IllegalArgumentException("after is not a value from a page's next", e);
        }
    }

    @Override
    public String toString() {
        return placedAt + "~" + orderId;
    }
}
