package io.millrace.connectors.event.faults;

import io.millrace.testing.campaigns.AwaitedCondition;
import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.servers.ConnectWorker;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Where a fault strikes: everything that can be broken, and what can be waited for. */
record Scene(
        ConnectGroup group,
        ShopServer server,
        Pictures pictures,
        Source source,
        Traffic traffic,
        Shop shop,
        Journal journal,
        Random random) {
    private static final Duration TIME_TO_BE_FELT = Duration.ofSeconds(90);

    /** The same for another fault, with other details. */
    Scene with(Random details) {
        return new Scene(group, server, pictures, source, traffic, shop, journal, details);
    }

    /** The server of a kind that only strikes servers of this class. */
    <T extends ShopServer> T server(Class<T> type) {
        return type.cast(server);
    }

    /** Waits for a condition, and through errors of a server that is struck or comes back. */
    void until(String what, AwaitedCondition condition) throws InterruptedException {
        AwaitedCondition.requireWithin(TIME_TO_BE_FELT, what, condition);
    }

    /** Waits until so many transactions have been committed since this call. */
    void awaitTraffic(int count) throws InterruptedException {
        long end = traffic.transactions() + count;
        until("traffic", () -> {
            traffic.throwFailure();
            return traffic.transactions() >= end;
        });
    }

    /** Sleeps for at most so long, at random. */
    void sleepRandomly(int mostMillis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(mostMillis));
    }

    /** The worker that runs the task. */
    ConnectWorker workerOfTask() throws InterruptedException {
        ConnectWorker[] found = new ConnectWorker[1];
        until("a worker to run the task", () -> {
            String name = source.workerOfTask(group.rest()).orElse("");
            for (ConnectWorker worker : group.workers()) {
                if (worker.rest().address().toString().endsWith(name) && !name.isEmpty()) {
                    found[0] = worker;
                }
            }
            return found[0] != null;
        });
        return found[0];
    }

    /** The other workers that run. */
    List<ConnectWorker> workersBut(ConnectWorker worker) {
        return group.workers().stream().filter(other -> other != worker).toList();
    }

    /** Commits transactions that become many batches, of updates of primary keys: a source is soon in the middle of them. */
    void commitManyMoves() throws Exception {
        for (int i = 0; i < 3; i++) {
            traffic.commit(shop.orders()::moveMany);
        }
    }

    /** Waits, while the shop writes nothing, until the source has read everything. */
    void awaitLevel() throws Exception {
        traffic.takeTurn(connection -> source.awaitLevel());
    }
}
