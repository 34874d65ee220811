package io.millrace.examples.queries;

import java.math.BigDecimal;
import java.time.LocalDateTime;

/** A row of {@code order_status}. Times are in UTC. */
record OrderStatus(
        long orderId,
        long customerId,
        String status,
        BigDecimal total,
        String currency,
        LocalDateTime placedAt,
        LocalDateTime paidAt,
        LocalDateTime shippedAt,
        long revision) {}
