package io.millrace.testing.campaigns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectRestException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A connector of a campaign: its configuration and its state. Calls are made again while servers are struck. */
public class PostedConnector {
    private static final Duration TIME_TO_ANSWER = Duration.ofSeconds(90);
    private static final int REFUSED = 400;

    /**
     * Connect's own failures, which it does not retry: the task did not start because the leader was struck, or the broker did not end
     * its transaction.
     */
    private static final List<String> FAILURES_OF_CONNECT = List.of(
            "Failed to perform zombie fencing",
            // The workers ask their leader to fence the predecessors of a task.
            "fenceZombieSourceTasks",
            "InvalidTxnStateException",
            "Timeout expired while initializing");

    private final ConnectGroup group;
    private final String name;
    private final ObjectNode config;
    private int restarts;

    /** A connector with these options, which {@link #configure} creates. */
    public PostedConnector(ConnectGroup group, String name, ObjectNode config) {
        this.group = group;
        this.name = name;
        this.config = config;
    }

    public String name() {
        return name;
    }

    protected ConnectGroup group() {
        return group;
    }

    /** Creates the connector, or changes its configuration. */
    public void configure() {
        callRest("configure", rest -> rest.put(name, config));
    }

    /** The same with another option. */
    public void configure(String option, String value) {
        config.put(option, value);
        configure();
    }

    public void restart() {
        callRest("restart", rest -> {
            rest.restart(name);
            return null;
        });
    }

    /** Stops the connector; returns when its tasks are gone. */
    public void stop() throws InterruptedException {
        callRest("stop", rest -> {
            rest.stop(name);
            return null;
        });
        AwaitedCondition.requireWithin(TIME_TO_ANSWER, "the tasks to be gone", () -> status().path("tasks")
                .isEmpty());
    }

    public void pause() {
        callRest("pause", rest -> {
            rest.pause(name);
            return null;
        });
    }

    public void resume() {
        callRest("resume", rest -> {
            rest.resume(name);
            return null;
        });
    }

    /** Sets the offsets of the stopped connector to what they are. */
    public void patchOffsets() {
        callRest("set the offsets", rest -> rest.patchOffsets(name, rest.offsets(name)));
    }

    public JsonNode status() throws IOException {
        return group.rest().status(name);
    }

    /** The tasks that run. */
    public List<JsonNode> runningTasks() throws IOException {
        List<JsonNode> running = new ArrayList<>();
        status().path("tasks").forEach(task -> {
            if (task.path("state").asText().equals("RUNNING")) {
                running.add(task);
            }
        });
        return running;
    }

    /** The traces of the connector and the tasks, if they have failed. */
    public List<String> failures() throws IOException {
        JsonNode status = status();
        List<JsonNode> parts = new ArrayList<>(List.of(status.path("connector")));
        status.path("tasks").forEach(parts::add);
        return parts.stream()
                .filter(part -> part.path("state").asText().equals("FAILED"))
                .map(part -> part.path("trace").asText())
                .toList();
    }

    /** Restarts the connector if all these failures are Connect's own, or those that the campaign expects. */
    public void restartAfterFailures(List<String> failures, List<String> expected) {
        if (failures.stream()
                .allMatch(trace -> FAILURES_OF_CONNECT.stream().anyMatch(trace::contains)
                        || expected.stream().anyMatch(trace::contains))) {
            restarts++;
            restart();
        }
    }

    /** How often {@link #restartAfterFailures} has restarted it. */
    public int restarts() {
        return restarts;
    }

    private interface Call {
        Object on(ConnectRest rest) throws IOException;
    }

    /** Calls again while the workers find each other, and while the brokers that the configuration is checked against start. */
    private void callRest(String what, Call call) {
        long deadline = System.nanoTime() + TIME_TO_ANSWER.toNanos();
        while (true) {
            try {
                call.on(group.rest());
                return;
            } catch (IOException | ConnectRestException | IllegalStateException e) {
                if (isFinal(e) || System.nanoTime() > deadline) {
                    throw new IllegalStateException("The connector could not be changed: " + what, e);
                }
            }
            pauseBriefly();
        }
    }

    private static boolean isFinal(Exception e) {
        // A worker that has not read yet that the connector is stopped answers with the same status.
        String message = String.valueOf(e.getMessage());
        return e instanceof ConnectRestException refusal
                && refusal.status() == REFUSED
                && !message.contains("STOPPED state")
                && !message.contains("brokers cannot be used");
    }

    private static void pauseBriefly() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while Connect was called", e);
        }
    }
}
