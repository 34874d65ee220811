package io.millrace.tools.create;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints what was written, what was left out and why, and what to do next. */
final class NewReport {
    private final PrintStream out;

    NewReport(PrintStream out) {
        this.out = out;
    }

    void printFile(Path file, String content) {
        out.println("wrote " + file + ": " + content);
    }

    void printTables(MappingPlan plan) {
        for (TableMapping table : plan.tables()) {
            out.println();
            out.println(table.table());
            out.println("  events    " + table.createdEvent() + ", " + table.changedEvent() + ", "
                    + table.deletedEvent() + " on the topic " + table.topic());
            out.println("  key       " + listColumns(table.key()));
            out.println("  revision  "
                    + table.revision()
                            .map(field -> field.column().name()
                                    + "; precondition: each change of a row makes it greater, otherwise remove it from"
                                    + " events.table.N and from the projection")
                            .orElse("none; the events of a row are in one partition, in their order"));
            out.println("  view      "
                    + table.viewObstacle().map(reason -> "none: " + reason).orElse(table.view()));
            listRenamed(table).ifPresent(renamed -> out.println("  renamed   " + renamed));
            listDocuments(table)
                    .ifPresent(
                            documents -> out.println(
                                    "  warning   " + documents
                                            + ": a document of more than 1 MiB is larger than a record of Kafka, and the source's task fails"));
            table.leftOut().forEach(column -> out.println("  left out  " + column));
            table.table()
                    .cascades()
                    .forEach(key ->
                            out.println("  warning   the foreign key " + key + " changes rows without the binlog,"
                                    + " so these changes have no events; see docs/prepare-mysql.md"));
        }
        if (!plan.leftOut().isEmpty()) {
            out.println();
            plan.leftOut().forEach(reason -> out.println("left out: " + reason));
        }
    }

    private static String listColumns(List<FieldMapping> fields) {
        return fields.stream().map(field -> field.column().name()).collect(Collectors.joining(", "));
    }

    private static Optional<String> listRenamed(TableMapping table) {
        String renamed = table.viewColumns().stream()
                .filter(field -> !field.name().equals(field.column().name()))
                .map(field -> field.column().name() + " to " + field.name())
                .collect(Collectors.joining(", "));
        return Optional.of(renamed).filter(text -> !text.isEmpty());
    }

    private static Optional<String> listDocuments(TableMapping table) {
        String documents = table.fields().stream()
                .filter(field -> field.column().isJson())
                .map(field -> field.column().name())
                .collect(Collectors.joining(", "));
        return Optional.of(documents).filter(text -> !text.isEmpty());
    }

    /** Prints a heading and the lines below it; nothing if there are none. */
    void printSection(String heading, List<String> lines) {
        if (!lines.isEmpty()) {
            out.println();
            out.println(heading);
            lines.forEach(line -> out.println("  " + line));
        }
    }
}
