package io.millrace.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.it.containers.ConnectContainer;
import io.millrace.it.containers.ContainerPipeline;
import io.millrace.it.containers.NeedsDocker;
import io.millrace.it.shop.Comparison;
import io.millrace.it.shop.RandomTraffic;
import io.millrace.it.shop.Shop;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.testing.Seeds;
import io.millrace.testing.servers.ConnectRest;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Of two workers in containers one is lost for good while the shop goes on; the other one takes over what it did. */
@NeedsDocker
class WorkerLossIT {
    private static final String SOURCE = "shop-source";
    private static final Duration TIME_TO_BE_MISSED = Duration.ofMinutes(2);

    @Test
    void everyEventIsThereOnceAndEveryRowIsRight() throws Exception {
        Shop shop = new Shop();
        try (ContainerPipeline pipeline = ContainerPipeline.start(2);
                Connection connection = pipeline.connectAsRoot()) {
            connection.setCatalog("shop");
            ShopConnectors.postOrdersAndSites(pipeline);
            RandomTraffic traffic = new RandomTraffic(new Random(Seeds.next()), connection, shop);
            // docs/rules.md says of such a change that it is not safe against a restart.
            traffic.moveNoMore();
            traffic.commitChanges(100);
            Comparison comparison = new Comparison(pipeline, shop);
            comparison.assertEventsExactlyOnce(Comparison.ORDERS, shop.orderEvents());
            assertThat(workersOfTasks(pipeline.rest())).hasSize(2);

            AtomicBoolean goOn = new AtomicBoolean(true);
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> traffic.commitWhile(goOn));
            TimeUnit.SECONDS.sleep(2);
            ConnectContainer lost = pipeline.worker(
                    task(pipeline.rest().status(SOURCE)).path("worker_id").asText());
            lost.kill();
            ConnectContainer left = pipeline.workers().get(0);
            await("tasks of the worker that is left").atMost(TIME_TO_BE_MISSED).untilAsserted(() -> {
                assertThat(workersOfTasks(pipeline.rest())).containsExactly(left.workerId());
                assertThat(task(pipeline.rest().status(SOURCE)).path("state").asText())
                        .isEqualTo("RUNNING");
            });
            TimeUnit.SECONDS.sleep(2);
            goOn.set(false);
            writer.get(1, TimeUnit.MINUTES);

            assertThat(shop.orderEvents()).hasSizeGreaterThan(500);
            comparison.assertEventsExactlyOnce(Comparison.ORDERS, shop.orderEvents());
            comparison.assertEventsExactlyOnce(Comparison.SITES, shop.siteEvents());
            comparison.assertViews();
        }
    }

    private static JsonNode task(JsonNode status) {
        return status.path("tasks").path(0);
    }

    private static Set<String> workersOfTasks(ConnectRest rest) throws IOException {
        Set<String> workers = new TreeSet<>();
        for (String connector : rest.connectors()) {
            rest.status(connector)
                    .path("tasks")
                    .forEach(task -> workers.add(task.path("worker_id").asText()));
        }
        return workers;
    }
}
