package io.millrace.examples.queries;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/** A row of {@code order_status}. Times are in UTC; null if the order is not paid or not shipped. */
record OrderStatus(
        long orderId,
        long customerId,
        String status,
        BigDecimal total,
        String currency,
        LocalDateTime placedAt,
        @Nullable LocalDateTime paidAt,
        @Nullable LocalDateTime shippedAt,
        long revision) {}
