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
 * @param isPublished whether the publication exists
 */
record PostgresSetup(NewRequest request, List<String> objections, Set<String> incomplete, boolean isPublished)
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
        List<String> tables =
                plan.tables().stream().map(mapping -> quote(mapping.table())).toList();
        List<String> lines = new ArrayList<>(objections);
        plan.tables().stream()
                .filter(mapping -> incomplete.contains(mapping.table().toString()))
                .forEach(mapping -> lines.add("ALTER TABLE " + quote(mapping.table()) + " REPLICA IDENTITY FULL;"));
        lines.add(tables.stream()
                .collect(Collectors.joining(
                        ", ",
                        isPublished
                                ? "ALTER PUBLICATION " + name() + " ADD TABLE "
                                : "CREATE PUBLICATION " + name() + " FOR TABLE ",
                        isPublished ? ";" : " WITH (publish_via_partition_root = true);")));
        report.printSection("To change on the server before you post the source:", lines);
    }

    private static String quote(CapturedTable table) {
        return SourceProduct.POSTGRESQL.quote(table.database()) + "." + SourceProduct.POSTGRESQL.quote(table.name());
    }
}
