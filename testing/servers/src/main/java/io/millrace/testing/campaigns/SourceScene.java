package io.millrace.testing.campaigns;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.testing.servers.ConnectWorker;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/** What faults of a source over topics can reach; {@link SourceFaults} has them. */
public interface SourceScene {
    /** How long a fault may take to be felt. */
    Duration TIME_TO_BE_FELT = Duration.ofSeconds(90);

    ConnectGroup group();

    Admin admin();

    PostedConnector connector();

    Random random();

    /** Stops the traffic; returns when no transaction or record of it is on its way. */
    void pauseTraffic() throws InterruptedException;

    void resumeTraffic();

    /** Waits until so much traffic was committed since this call. */
    void awaitTraffic(int count) throws InterruptedException;

    /** Waits for a condition, and through errors of a server that is struck or comes back. */
    default void until(String what, AwaitedCondition condition) throws InterruptedException {
        AwaitedCondition.requireWithin(TIME_TO_BE_FELT, what, condition);
    }

    /** Sleeps for at most so long, at random. */
    default void sleepRandomly(int mostMillis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random().nextInt(mostMillis));
    }

    /** A worker that runs a task, at random. */
    default ConnectWorker workerOfTask() throws InterruptedException {
        ConnectWorker[] found = new ConnectWorker[1];
        until("a worker to run a task", () -> {
            List<JsonNode> tasks = connector().runningTasks();
            String name =
                    tasks.get(random().nextInt(tasks.size())).path("worker_id").asText();
            for (ConnectWorker worker : group().workers()) {
                if (worker.rest().address().toString().endsWith(name)) {
                    found[0] = worker;
                }
            }
            return found[0] != null;
        });
        return found[0];
    }
}
