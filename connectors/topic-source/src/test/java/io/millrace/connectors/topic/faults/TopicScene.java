package io.millrace.connectors.topic.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.testing.campaigns.AwaitedCondition;
import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.servers.ConnectWorker;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/** What a fault can reach. */
record TopicScene(ConnectGroup group, Admin admin, TopicConnector connector, RawTraffic traffic, Random random) {
    private static final Duration TIME_TO_BE_FELT = Duration.ofSeconds(90);

    /** Waits for a condition, and through errors of a server that is struck or comes back. */
    void until(String what, AwaitedCondition condition) throws InterruptedException {
        AwaitedCondition.requireWithin(TIME_TO_BE_FELT, what, condition);
    }

    /** Waits until so many transactions have been committed since this call. */
    void awaitTraffic(int count) throws InterruptedException {
        long end = traffic.transactions() + count;
        until("traffic", () -> traffic.transactions() >= end);
    }

    /** Sleeps for at most so long, at random. */
    void sleepRandomly(int mostMillis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(mostMillis));
    }

    /** A worker that runs a task, at random. */
    ConnectWorker workerOfTask() throws InterruptedException {
        ConnectWorker[] found = new ConnectWorker[1];
        until("a worker to run a task", () -> {
            List<JsonNode> tasks = connector.runningTasks();
            String name =
                    tasks.get(random.nextInt(tasks.size())).path("worker_id").asText();
            for (ConnectWorker worker : group.workers()) {
                if (worker.rest().address().toString().endsWith(name)) {
                    found[0] = worker;
                }
            }
            return found[0] != null;
        });
        return found[0];
    }
}
