package io.millrace.tools.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.tools.cluster.KafkaCluster;
import io.millrace.tools.cluster.UnreachableException;
import io.millrace.tools.cluster.WorkerRest;
import io.millrace.tools.input.UsageException;
import io.millrace.tools.status.ConnectorStatus.PartStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads the state of a cluster's connectors and finds what is wrong. It changes nothing. For one thread. */
final class ClusterInspection {
    private static final String NO_BROKERS = "lag and dead letters are not read: set --bootstrap-servers";

    private final WorkerRest rest;
    private final Optional<KafkaCluster> kafka;
    private final Optional<QueueReader> queues;
    private final long maxLag;
    private final List<StatusProblem> problems = new ArrayList<>();

    /**
     * The inspection of a cluster.
     *
     * @param kafka the brokers; empty if none are named
     * @param queues reads dead letter queues; empty if no brokers are named
     * @param maxLag the highest lag of a sink that is not a problem
     */
    ClusterInspection(WorkerRest rest, Optional<KafkaCluster> kafka, Optional<QueueReader> queues, long maxLag) {
        this.rest = rest;
        this.kafka = kafka;
        this.queues = queues;
        this.maxLag = maxLag;
    }

    /**
     * Reads the state of all connectors, or of one.
     *
     * @throws UnreachableException if no worker answers
     * @throws UsageException if there is no connector of the name
     */
    ClusterReport inspect(Optional<String> only) throws UnreachableException {
        JsonNode answer = rest.get("connectors?expand=info&expand=status");
        Map<String, ConnectorStatus> connectors = new TreeMap<>();
        answer.properties()
                .forEach(entry -> connectors.put(entry.getKey(), ConnectorStatus.of(entry.getKey(), entry.getValue())));
        if (only.isPresent() && !connectors.containsKey(only.get())) {
            throw new UsageException(
                    "--connector: no connector '" + only.get() + "'; the cluster has " + connectors.keySet());
        }
        List<ConnectorReport> reports = new ArrayList<>();
        for (ConnectorStatus connector : connectors.values()) {
            if (only.isEmpty() || connector.name().equals(only.get())) {
                reports.add(inspectConnector(connector));
            }
        }
        return new ClusterReport(reports, problems);
    }

    private ConnectorReport inspectConnector(ConnectorStatus connector) throws UnreachableException {
        List<String> notes = new ArrayList<>();
        findStateProblems(connector);
        if (!connector.isSink()) {
            return new ConnectorReport(
                    connector, Optional.empty(), readOffsets(connector, notes), Optional.empty(), notes);
        }
        if (kafka.isEmpty() || queues.isEmpty()) {
            notes.add(NO_BROKERS);
            return new ConnectorReport(connector, Optional.empty(), List.of(), Optional.empty(), notes);
        }
        ProgressReader reader = new ProgressReader(kafka.get(), connector, problems::add, notes::add);
        Optional<SinkProgress> progress = reader.read();
        progress.filter(known -> known.lag() > maxLag)
                .ifPresent(known -> problems.add(new StatusProblem(
                        connector.name(),
                        "The sink is " + known.lag() + " records behind, expected at most " + maxLag,
                        "Check that its tasks run and that the views' database keeps up; add tasks up to the number of"
                                + " partitions",
                        RunbookSection.LOOK_AROUND)));
        Optional<QueueCount> queue = queues.get().count(connector, notes::add);
        queue.filter(count -> count.records() > 0)
                .ifPresent(count -> problems.add(new StatusProblem(
                        connector.name(),
                        count.records() + " refused records are in the dead letter queue " + count.topic()
                                + "; the views lack them",
                        "List them with millrace redrive list --topic " + count.topic()
                                + ", correct the cause, and have the sink read them again",
                        RunbookSection.REFUSED_RECORDS)));
        return new ConnectorReport(connector, progress, List.of(), queue, notes);
    }

    private List<JsonNode> readOffsets(ConnectorStatus connector, List<String> notes) throws UnreachableException {
        List<JsonNode> offsets = new ArrayList<>();
        try {
            rest.get("connectors", WorkerRest.encode(connector.name()), "offsets")
                    .path("offsets")
                    .forEach(offsets::add);
        } catch (UnreachableException e) {
            notes.add("the committed offset cannot be read: " + e.getMessage());
            return List.of();
        }
        if (offsets.isEmpty()) {
            notes.add("no offset is committed: the source has sent nothing yet, and a restart begins again");
        }
        return offsets;
    }

    private void findStateProblems(ConnectorStatus status) {
        String name = status.name();
        switch (status.connector().state()) {
            case "PAUSED", "STOPPED" ->
                problems.add(new StatusProblem(
                        name,
                        "The connector is " + status.connector().state(),
                        "Resume it (PUT /connectors/" + name + "/resume), or delete it if it is not needed",
                        RunbookSection.LOOK_AROUND));
            case "FAILED" -> addFailure(name, "The connector has FAILED", status.connector());
            case "UNASSIGNED" -> addUnassigned(name, "The connector");
            default -> {
                if (status.connector().isRunning() && status.tasks().isEmpty()) {
                    problems.add(new StatusProblem(
                            name,
                            "The connector runs without tasks",
                            "Wait until the workers have rebalanced, then restart it (POST /connectors/" + name
                                    + "/restart)",
                            RunbookSection.LOOK_AROUND));
                }
            }
        }
        Map<String, List<PartStatus>> failed = status.tasks().stream()
                .filter(PartStatus::hasFailed)
                .collect(Collectors.groupingBy(
                        task -> task.reason().orElse(""), LinkedHashMap::new, Collectors.toList()));
        failed.values().forEach(tasks -> addFailure(name, describeTasks(tasks) + " FAILED", tasks.get(0)));
        List<PartStatus> unassigned = status.tasks().stream()
                .filter(task -> task.state().equals("UNASSIGNED"))
                .toList();
        if (!unassigned.isEmpty()) {
            addUnassigned(name, describeTasks(unassigned));
        }
    }

    private static String describeTasks(List<PartStatus> tasks) {
        return (tasks.size() == 1 ? "Task " : "Tasks ")
                + tasks.stream().map(PartStatus::id).collect(Collectors.joining(", "));
    }

    private void addFailure(String connector, String what, PartStatus part) {
        FailureKind kind = FailureKind.of(part.trace());
        String restart = " (POST /connectors/" + connector + "/restart?includeTasks=true&onlyFailed=true)";
        problems.add(new StatusProblem(
                connector,
                what + part.reason().map(reason -> ": " + reason).orElse(""),
                kind.remedy() + (kind.isRestarted() ? restart : ""),
                kind.section()));
    }

    private void addUnassigned(String connector, String what) {
        problems.add(new StatusProblem(
                connector,
                what + ": no worker runs it (UNASSIGNED)",
                "Check that the workers run. Tasks of a lost worker are assigned after scheduled.rebalance.max.delay.ms,"
                        + " by default 5 minutes",
                RunbookSection.LOOK_AROUND));
    }
}
