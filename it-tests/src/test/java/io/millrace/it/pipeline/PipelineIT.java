package io.millrace.it.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.shop.Comparison;
import io.millrace.it.shop.EventLog.Seen;
import io.millrace.it.shop.RandomTraffic;
import io.millrace.it.shop.Shop;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.local.Pipeline;
import io.millrace.testing.Seeds;
import io.millrace.testing.servers.ConnectRest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The whole way, with row changes of every kind in random order: from the rows of a shop to the rows of its views. */
abstract class PipelineIT {
    private static final String SOURCE = "shop-source";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** New servers, with no connector posted. */
    abstract Pipeline start();

    @Test
    void makesOfEveryChangeTheEventAndTheRowsThatTheModelSays() throws Exception {
        long seed = Seeds.next();
        Shop shop = new Shop();
        try (Pipeline pipeline = start();
                Connection connection = pipeline.connectAsRoot()) {
            connection.setCatalog("shop");
            RandomTraffic traffic = new RandomTraffic(new Random(seed), connection, shop);
            Comparison comparison = new Comparison(pipeline, shop);

            traffic.commitChanges(300);
            shop.readByTheSnapshot();
            ShopConnectors.postOrdersAndSites(pipeline);
            comparison.assertEventsExactlyOnce(Comparison.SITES, shop.siteEvents());
            comparison.assertEventsExactlyOnce(Comparison.ORDERS, shop.orderEvents());
            comparison.assertViews();
            int snapshotOrders = shop.orderEvents().size();
            int snapshotSites = shop.siteEvents().size();
            ObjectNode start = position(connection);

            traffic.commitChanges(2_000);
            traffic.compress(true);
            traffic.commitChanges(2_000);
            traffic.compress(false);
            traffic.commitChanges(500);
            List<Seen> orders = comparison.assertEventsExactlyOnce(Comparison.ORDERS, shop.orderEvents());
            List<Seen> sites = comparison.assertEventsExactlyOnce(Comparison.SITES, shop.siteEvents());
            comparison.assertViews();

            replayFrom(pipeline, start);
            assertSameAgain(comparison, Comparison.ORDERS, orders, snapshotOrders);
            assertSameAgain(comparison, Comparison.SITES, sites, snapshotSites);
            comparison.assertViews();
        }
    }

    /** Behind the events that were there, the changes since the position gave the same events with the same ids. */
    private static void assertSameAgain(Comparison comparison, String topic, List<Seen> first, int fromSnapshot) {
        int replayed = first.size() - fromSnapshot;
        List<Seen> all = comparison.awaitEvents(topic, first.size() + replayed);
        List<Seen> again =
                all.stream().filter(seen -> !seen.id().startsWith("snapshot:")).toList();
        List<Seen> once = first.stream()
                .filter(seen -> !seen.id().startsWith("snapshot:"))
                .toList();
        assertThat(again).hasSize(2 * replayed);
        Comparison.idsByKey(again).forEach((key, ids) -> {
            List<String> expected = Comparison.idsByKey(once).get(key);
            assertThat(ids.subList(0, ids.size() / 2)).isEqualTo(expected);
            assertThat(ids.subList(ids.size() / 2, ids.size())).isEqualTo(expected);
        });
    }

    private static ObjectNode position(Connection connection) throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet status = statement.executeQuery("SHOW MASTER STATUS")) {
            status.next();
            return JSON.createObjectNode()
                    .put("file", status.getString("File"))
                    .put("pos", status.getLong("Position"))
                    .put("gtids", status.getString("Executed_Gtid_Set").replaceAll("\\s", ""));
        }
    }

    private static void replayFrom(Pipeline pipeline, ObjectNode position) throws Exception {
        ConnectRest rest = pipeline.rest();
        rest.stop(SOURCE);
        ObjectNode body = JSON.createObjectNode();
        ObjectNode offset = body.putArray("offsets").addObject();
        offset.putObject("partition").put("server", "shop");
        offset.set("offset", position);
        rest.patchOffsets(SOURCE, body);
        rest.resume(SOURCE);
    }
}
