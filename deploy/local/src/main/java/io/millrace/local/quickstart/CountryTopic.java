package io.millrace.local.quickstart;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * The topic of the countries, which the view of the customers looks up. A source sends the countries when it has started; a
 * customer who registers before has no country's name in the view.
 */
public final class CountryTopic {
    private static final String TOPIC = "shop.countries";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private CountryTopic() {}

    /**
     * Waits until the topic has a record for each of the shop's countries.
     *
     * @throws QuickstartFailedException if it has fewer after 60 s
     */
    public static void awaitAll(Connection shop, OfficialEvents events) throws SQLException, InterruptedException {
        long expected = countCountries(shop);
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        for (long found = events.count(TOPIC); found < expected; found = events.count(TOPIC)) {
            if (System.nanoTime() > deadline) {
                throw new QuickstartFailedException("The topic " + TOPIC + " has " + found + " of the " + expected
                        + " countries after " + TIMEOUT.toSeconds() + " s");
            }
            Thread.sleep(100);
        }
    }

    private static long countCountries(Connection shop) throws SQLException {
        try (Statement statement = shop.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM shop.countries")) {
            row.next();
            return row.getLong(1);
        }
    }
}
