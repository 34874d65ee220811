package io.millrace.local.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.LocalPipeline;
import io.millrace.local.SharedPipeline;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShopServiceIT {
    private final LocalPipeline pipeline = SharedPipeline.get();

    @Test
    void aPaymentIsTakenOnceIfItsMessageComesAgain() throws Exception {
        LocalDateTime due = RenewalService.after(Duration.ofDays(1));
        LocalDateTime next = due.plusDays(30);
        ShopRequest request = ShopRequest.next(new Random());
        try (Connection connection = pipeline.connectToShop()) {
            ShopService shop = new ShopService(connection);
            long id = shop.subscribe(request, 7, new BigDecimal("9.90"), due).id();

            shop.renew(request, id, due, next);
            assertThat(paymentsOf(id)).isEqualTo("1 " + next);
            shop.renew(request, id, due, next);
            assertThat(paymentsOf(id)).isEqualTo("1 " + next);
            shop.renew(request, id, next, null);
            assertThat(paymentsOf(id)).isEqualTo("2 null");
            shop.renew(request, id, next, null);
            assertThat(paymentsOf(id)).isEqualTo("2 null");
        } finally {
            execute("DELETE FROM shop.subscriptions");
        }
    }

    private String paymentsOf(long id) throws Exception {
        try (Connection reader = pipeline.connectToShop();
                Statement statement = reader.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT payments, next_payment_at FROM subscriptions WHERE id = " + id)) {
            row.next();
            return row.getLong(1) + " " + row.getObject(2, LocalDateTime.class);
        }
    }

    private void execute(String sql) throws Exception {
        try (Connection root = pipeline.connectAsRoot();
                Statement statement = root.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
