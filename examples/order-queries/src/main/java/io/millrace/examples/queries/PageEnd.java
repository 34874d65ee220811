package io.millrace.examples.queries;

import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;

/** The last row of a page: where the next one goes on. Its text is {@code PLACED_AT~ORDER_ID}. */
record PageEnd(LocalDateTime placedAt, long orderId) {
    static PageEnd of(OrderStatus last) {
        return new PageEnd(last.placedAt(), last.orderId());
    }

    /** @throws IllegalArgumentException where the text is none that {@link #toString} made */
    static PageEnd parse(String text) {
        int tilde = text.indexOf('~');
        try {
            return new PageEnd(
                    LocalDateTime.parse(text.substring(0, Math.max(0, tilde))),
                    Long.parseLong(text.substring(tilde + 1)));
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new IllegalArgumentException("after is not what a page's next says", e);
        }
    }

    @Override
    public String toString() {
        return placedAt + "~" + orderId;
    }
}
