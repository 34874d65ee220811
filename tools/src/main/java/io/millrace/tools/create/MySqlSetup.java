package io.millrace.tools.create;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A source of MySQL.
 *
 * @param version the version of the server
 * @param serverIds the ids of the server and its readers; empty if they are hidden
 * @param objections the settings of the server that the source does not accept
 * @param statements why the binlog has no statements, whose comments have the context; empty if it has them
 */
record MySqlSetup(
        NewRequest request,
        String version,
        Optional<Set<Long>> serverIds,
        List<String> objections,
        Optional<String> statements)
        implements SourceSetup {
    /** What other programs rarely use: operators number servers from 1 on. */
    private static final int MIN_SERVER_ID = 1 << 20;

    private static final int MAX_SERVER_ID = 1 << 30;

    @Override
    public Map<String, String> options(GeneratedConnectors connectors) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("database.server.id", Long.toString(chooseServerId()));
        options.put("schema.history.internal.kafka.bootstrap.servers", connectors.brokers());
        options.put("schema.history.internal.kafka.topic", connectors.historyTopic());
        return options;
    }

    private long chooseServerId() {
        Set<Long> taken = serverIds.orElse(Set.of());
        long id;
        do {
            id = ThreadLocalRandom.current().nextInt(MIN_SERVER_ID, MAX_SERVER_ID);
        } while (taken.contains(id));
        return id;
    }

    @Override
    public boolean hasContext() {
        return statements.isEmpty();
    }

    @Override
    public List<String> grants(MappingPlan plan) {
        List<String> databases = plan.tables().stream()
                .map(table -> table.table().database())
                .distinct()
                .toList();
        return AccountGrants.ofMySqlSource(request.user(), databases, version);
    }

    @Override
    public void print(MappingPlan plan, NewReport report) {
        report.printSection("To change on the server before you post the source:", objections);
        statements.ifPresent(reason -> report.printSection(
                "Without the request's context:",
                List.of(reason + ". Set it, and add context.keys and context.sources; see docs/attach-context.md")));
        if (serverIds.isEmpty()) {
            report.printSection(
                    "Not read:",
                    List.of("the ids of other readers of the binlog, for which the account needs REPLICATION SLAVE;"
                            + " database.server.id is random"));
        }
    }
}
