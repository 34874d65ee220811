package io.millrace.tools.create;

import io.millrace.tools.source.SourceProduct;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A source of PostgreSQL. Its replication slot and its publication have one name.
 *
 * @param objections the settings of the server that the source does not accept
 * @param incomplete the tables, each as {@code schema.table}, of which the log lacks large values that do not change
 * @param generated the tables with generated columns, and whether some of these are virtual, if the server refuses updates of such a
 *     table with a full identity unless its generated columns are published, which virtual ones cannot be
 * @param isPublished whether the publication exists
 */
record PostgresSetup(
        NewRequest request,
        List<String> objections,
        Set<String> incomplete,
        Map<String, Boolean> generated,
        boolean isPublished)
        implements SourceSetup {
    /** The name of the slot and the publication. A slot's name has small letters, digits and underscores, 63 at most. */
    static String nameFor(String prefix) {
        String name = prefix.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        return name.substring(0, Math.min(63, name.length()));
    }

    private String name() {
        return nameFor(request.prefix());
    }

    @Override
    public Map<String, String> options(GeneratedConnectors connectors) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("slot.name", name());
        options.put("publication.name", name());
        return options;
    }

    /** A service needs no setting of the server to write the messages. */
    @Override
    public boolean hasContext() {
        return true;
    }

    @Override
    public List<String> grants(MappingPlan plan) {
        return AccountGrants.ofPostgresSource(
                request.user(), plan.tables().stream().map(TableMapping::table).toList());
    }

    @Override
    public void print(MappingPlan plan, NewReport report) {
        List<String> lines = new ArrayList<>(objections);
        plan.tables().stream()
                .map(TableMapping::table)
                .filter(table -> incomplete.contains(table.toString()))
                .forEach(table -> lines.add(
                        hasVirtual(table)
                                ? table
                                        + " has virtual generated columns, so the server would refuse updates with REPLICA"
                                        + " IDENTITY FULL: make them STORED, and set it. Until then the source fails at an update"
                                        + " that does not change a large value"
                                : "ALTER TABLE " + quote(table) + " REPLICA IDENTITY FULL;"));
        lines.addAll(publish(plan.tables().stream().map(TableMapping::table).toList()));
        report.printSection("To change on the server before you post the source:", lines);
    }

    private boolean hasVirtual(CapturedTable table) {
        return Boolean.TRUE.equals(generated.get(table.toString()));
    }

    /** The statements after which the publication has the tables. */
    private List<String> publish(List<CapturedTable> tables) {
        String list = tables.stream().map(PostgresSetup::quote).collect(Collectors.joining(", "));
        List<String> options = new ArrayList<>(List.of("publish_via_partition_root = true"));
        if (tables.stream().anyMatch(table -> generated.containsKey(table.toString()))) {
            options.add("publish_generated_columns = stored");
        }
        String set = "(" + String.join(", ", options) + ")";
        return isPublished
                ? List.of(
                        "ALTER PUBLICATION " + name() + " SET " + set + ";",
                        "ALTER PUBLICATION " + name() + " ADD TABLE " + list + ";")
                : List.of("CREATE PUBLICATION " + name() + " FOR TABLE " + list + " WITH " + set + ";");
    }

    private static String quote(CapturedTable table) {
        return SourceProduct.POSTGRESQL.quote(table.database()) + "." + SourceProduct.POSTGRESQL.quote(table.name());
    }
}
