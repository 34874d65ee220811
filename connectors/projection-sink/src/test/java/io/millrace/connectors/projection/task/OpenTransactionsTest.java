package io.millrace.connectors.projection.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.partitions.PartitionLog;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OpenTransactionsTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final TopicPartition SITES = new TopicPartition("sites", 0);

    private final OpenTransactions transactions = new OpenTransactions();

    @Test
    void countsFromTheFirstTimeThatATransactionIsSeen() {
        assertThat(update(0, 20, 20)).isZero();
        assertThat(update(60, 20, 21)).isZero();
        assertThat(update(120, 20, 30)).isEqualTo(Duration.ofMinutes(1));
        assertThat(update(180, 20, 30)).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void beginsAgainWithTheNextTransaction() {
        update(0, 20, 30);
        assertThat(update(60, 25, 30)).isZero();
        assertThat(update(120, 25, 30)).isEqualTo(Duration.ofMinutes(1));
        assertThat(update(180, 30, 30)).isZero();
        assertThat(update(240, 25, 30)).isZero();
    }

    @Test
    void hasTheLongestOfAllPartitionsThatTheTaskStillHas() {
        Map<TopicPartition, PartitionLog> both = Map.of(ORDERS, log(30), SITES, log(9));
        transactions.update(both, Map.of(ORDERS, 20L, SITES, 9L), 0);
        assertThat(transactions.update(both, Map.of(ORDERS, 20L, SITES, 8L), seconds(60)))
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(transactions.update(Map.of(SITES, log(9)), Map.of(SITES, 8L), seconds(90)))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(transactions.update(both, Map.of(ORDERS, 20L), seconds(120))).isZero();
    }

    private Duration update(long atSeconds, long stableEnd, long end) {
        return transactions.update(Map.of(ORDERS, log(end)), Map.of(ORDERS, stableEnd), seconds(atSeconds));
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    private static PartitionLog log(long end) {
        return new PartitionLog("cluster", "topic", 0, end);
    }
}
