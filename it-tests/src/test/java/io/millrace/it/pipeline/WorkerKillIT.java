package io.millrace.it.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.Seeds;
import io.millrace.it.TestPipeline;
import io.millrace.local.Installation;
import io.millrace.local.LocalPipeline;
import java.sql.Connection;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A worker that is killed without a warning, again and again while the shop goes on, neither loses nor repeats a thing. */
class WorkerKillIT {
    private static final int KILLS = 12;

    @Test
    void everyEventIsThereOnceAndEveryRowIsRight() throws Exception {
        long seed = Seeds.next();
        Random random = new Random(seed);
        Shop shop = new Shop();
        try (LocalPipeline pipeline =
                        LocalPipeline.start(Installation.locate(), TestPipeline.newDirectory("worker-kill"));
                Connection connection = pipeline.mysql().connectAsRoot()) {
            connection.setCatalog("shop");
            ShopConnectors.postAll(pipeline);
            RandomTraffic traffic = new RandomTraffic(new Random(seed), connection, shop);
            // Debezium gives the two halves of such a change one offset, so that a worker that stops between them goes
            // on
            // behind the row: docs/rules.md says so to users.
            traffic.moveNoMore();
            traffic.commitChanges(50);
            Comparison comparison = new Comparison(pipeline, shop);
            comparison.assertEventsExactlyOnce(Comparison.ORDERS, shop.orderEvents());

            AtomicBoolean goOn = new AtomicBoolean(true);
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> traffic.commitWhile(goOn));
            for (int i = 0; i < KILLS; i++) {
                // From the middle of the start to well into the work.
                TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(6_000));
                pipeline.worker().kill();
                pipeline.worker().restart();
            }
            goOn.set(false);
            writer.get(1, TimeUnit.MINUTES);

            for (String connector : pipeline.rest().connectors()) {
                pipeline.rest().awaitRunning(connector, Duration.ofSeconds(90));
            }
            assertThat(shop.orderEvents()).hasSizeGreaterThan(1_000);
            comparison.assertEventsExactlyOnce(Comparison.ORDERS, shop.orderEvents());
            comparison.assertEventsExactlyOnce(Comparison.SITES, shop.siteEvents());
            comparison.assertViews();
        }
    }
}
