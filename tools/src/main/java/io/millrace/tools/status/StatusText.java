package io.millrace.tools.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.tools.deadletters.ReasonCount;
import io.millrace.tools.status.SinkProgress.PartitionProgress;
import java.io.PrintStream;

/** The status as text for readers. */
final class StatusText {
    private static final int MAX_REASONS = 10;

    private final PrintStream out;

    StatusText(PrintStream out) {
        this.out = out;
    }

    void print(ClusterReport report) {
        if (report.connectors().isEmpty()) {
            out.println("The cluster has no connectors.");
        }
        report.connectors().forEach(this::printConnector);
        out.println();
        if (report.problems().isEmpty()) {
            out.println("No problems found.");
        } else {
            out.println(
                    report.problems().size() == 1
                            ? "1 problem:"
                            : report.problems().size() + " problems:");
            report.problems().forEach(this::printProblem);
        }
        out.flush();
    }

    private void printConnector(ConnectorReport report) {
        ConnectorStatus status = report.status();
        out.println(status.name() + "  " + status.type() + ", "
                + status.connector().state() + ", " + status.runningTasks() + " of "
                + status.tasks().size() + " tasks running");
        status.connector().reason().ifPresent(reason -> out.println("  reason        " + reason));
        status.tasks().stream()
                .filter(task -> !task.isRunning())
                .forEach(task -> out.println("  task " + task.id() + "        " + task.state()
                        + (task.worker().isEmpty() ? "" : " on " + task.worker())
                        + task.reason().map(reason -> ": " + reason).orElse("")));
        report.offsets().forEach(this::printOffset);
        report.progress().ifPresent(this::printProgress);
        report.queue().ifPresent(this::printQueue);
        report.notes().forEach(note -> out.println("  note          " + note));
    }

    private void printOffset(JsonNode offset) {
        out.println("  offset        " + offset.path("offset") + " of " + offset.path("partition"));
    }

    private void printProgress(SinkProgress progress) {
        out.println("  lag           " + progress.lag() + " records in "
                + progress.partitions().size() + " partitions, by " + progress.measure()
                + progress.largest().map(StatusText::describeLargest).orElse(""));
    }

    private static String describeLargest(PartitionProgress partition) {
        return "; most in " + partition.topic() + "-" + partition.partition() + ": " + partition.lag()
                + " (next offset " + partition.next() + ", end " + partition.end() + ")";
    }

    private void printQueue(QueueCount queue) {
        out.println("  dead letters  " + queue.records() + " in " + queue.topic()
                + (queue.complete() ? "" : ", of the newest records of each partition"));
        queue.reasons().stream().limit(MAX_REASONS).forEach(this::printReason);
        if (queue.reasons().size() > MAX_REASONS) {
            out.println("                and " + (queue.reasons().size() - MAX_REASONS)
                    + " more reasons: millrace redrive stats --topic " + queue.topic());
        }
    }

    private void printReason(ReasonCount count) {
        out.printf("    %10d  %s%n", count.records(), count.reason());
    }

    private void printProblem(StatusProblem problem) {
        out.println("  " + problem.connector() + ": " + problem.problem());
        out.println(
                "    Remedy: " + problem.remedy() + "; see " + problem.section().link());
    }
}
