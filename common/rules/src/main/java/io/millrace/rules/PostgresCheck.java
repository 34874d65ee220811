package io.millrace.rules;

import io.millrace.changes.Operation;
import io.millrace.expressions.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a source in PostgreSQL must have for the events of a connector: the server's settings, the user's privileges, the publication
 * and the tables' replica identities. Checked when a configuration is posted.
 */
public final class PostgresCheck {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresCheck.class);

    private static final String SERVER = """
        SELECT current_setting('wal_level'),
            current_setting('max_replication_slots')::int,
            (SELECT count(*) FROM pg_catalog.pg_replication_slots WHERE slot_name <> ?),
            current_setting('max_wal_senders')::int,
            (SELECT count(*) FROM pg_catalog.pg_stat_replication)
                - (SELECT count(*) FROM pg_catalog.pg_replication_slots WHERE slot_name = ? AND active),
            r.rolsuper OR r.rolreplication OR EXISTS (SELECT 1 FROM pg_catalog.pg_roles p
                WHERE p.rolname = 'rds_replication' AND pg_has_role(r.oid, p.oid, 'MEMBER'))
        FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
        """;

    private static final String PUBLICATION = """
        SELECT pubinsert, pubupdate, pubdelete, pubtruncate FROM pg_catalog.pg_publication WHERE pubname = ?
        """;

    /** A partitioned table has the replica identities of its partitions. */
    private static final String TABLE = """
        SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_publication_tables p
                WHERE p.pubname = ? AND p.schemaname = n.nspname AND p.tablename = c.relname),
            c.relkind = 'p',
            coalesce((SELECT bool_and(l.relreplident = 'f') FROM pg_catalog.pg_class l
                WHERE l.oid IN (SELECT t.relid FROM pg_partition_tree(c.oid) t WHERE t.isleaf)), c.relreplident = 'f'),
            ARRAY(SELECT a.attname::text FROM pg_catalog.pg_index i
                JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
                WHERE i.indrelid = c.oid
                    AND CASE c.relreplident WHEN 'i' THEN i.indisreplident WHEN 'd' THEN i.indisprimary ELSE false END)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p')
        """;

    private final SourceTables database;

    private PostgresCheck(SourceTables database) {
        this.database = database;
    }

    /**
     * A table as the publication and the log have it.
     *
     * @param key the columns that the log has of the row before a change; all if the identity is full
     */
    private record PublishedTable(boolean isPublished, boolean isPartitioned, boolean isFull, Set<String> key) {}

    /** The check of the database that the options name, as {@link OfficialEventOptions#POSTGRES_DATABASE}; empty if they name none. */
    public static Optional<PostgresCheck> of(Map<String, ?> options) {
        return SourceDatabase.findTables(options)
                .filter(database -> database.dialect() instanceof PostgresSource)
                .map(PostgresCheck::new);
    }

    /**
     * What the source lacks, one sentence each; none if the database cannot be queried.
     *
     * @param slot the name of the connector's replication slot
     * @param publication the name of its publication
     * @param createsPublication whether the connector creates a missing publication
     * @param rules the rules; empty if the connector has none
     */
    public List<String> findObjections(
            String slot, String publication, boolean createsPublication, Optional<OfficialEventConfig> rules) {
        try (Connection connection = database.connect()) {
            List<String> objections = new ArrayList<>(checkServer(connection, slot));
            Optional<Set<Operation>> published = findPublished(connection, publication);
            if (published.isEmpty() && !createsPublication) {
                objections.add("the database has no publication " + publication
                        + ", and publication.autocreate.mode=disabled; create it: CREATE PUBLICATION " + publication
                        + " FOR TABLE …");
            }
            if (rules.isPresent()) {
                objections.addAll(checkRules(connection, publication, published, rules.get()));
            }
            return objections;
        } catch (SQLException e) {
            LOG.warn("Checking the settings of {} failed: {}", database, e.getMessage());
            return List.of();
        }
    }

    private List<String> checkServer(Connection connection, String slot) throws SQLException {
        List<String> objections = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(SERVER)) {
            query.setString(1, slot);
            query.setString(2, slot);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                if (!row.getString(1).equals("logical")) {
                    objections.add("the server has wal_level=" + row.getString(1)
                            + ", expected logical: otherwise its log has no rows; it needs a restart");
                }
                addIfFull(objections, "max_replication_slots", row.getInt(2), row.getInt(3));
                addIfFull(objections, "max_wal_senders", row.getInt(4), row.getInt(5));
                if (!row.getBoolean(6)) {
                    objections.add("the user " + database.user() + " may not read the server's log; run ALTER ROLE "
                            + database.user() + " REPLICATION");
                }
            }
        }
        return objections;
    }

    private static void addIfFull(List<String> objections, String setting, int max, int others) {
        if (others >= max) {
            objections.add("the server has " + setting + "=" + max + ", and others use " + others
                    + "; expected room for one more");
        }
    }

    /** The operations of the publication; empty if it does not exist. */
    private static Optional<Set<Operation>> findPublished(Connection connection, String publication)
            throws SQLException {
        List<Operation> operations = List.of(Operation.CREATE, Operation.UPDATE, Operation.DELETE, Operation.TRUNCATE);
        try (PreparedStatement query = connection.prepareStatement(PUBLICATION)) {
            query.setString(1, publication);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                Set<Operation> published = new HashSet<>(Set.of(Operation.READ));
                for (int i = 0; i < operations.size(); i++) {
                    if (row.getBoolean(i + 1)) {
                        published.add(operations.get(i));
                    }
                }
                return Optional.of(published);
            }
        }
    }

    private List<String> checkRules(
            Connection connection, String publication, Optional<Set<Operation>> published, OfficialEventConfig rules)
            throws SQLException {
        List<String> existing = rules.havePatterns() ? database.queryTables().orElse(List.of()) : List.of();
        List<String> objections = new ArrayList<>();
        for (String pattern : rules.tables()) {
            for (String name : OfficialEventConfig.expandTable(pattern, existing)) {
                Optional<PublishedTable> table = findTable(connection, publication, Table.parse(name));
                if (table.isPresent()) {
                    checkPublished(publication, published, name, table.get()).ifPresent(objections::add);
                    rules.rules().stream()
                            .filter(rule -> rule.table().toString().equals(pattern))
                            .forEach(rule -> checkRule(rule, publication, published, name, table.get())
                                    .ifPresent(objections::add));
                }
            }
        }
        return objections;
    }

    private static Optional<PublishedTable> findTable(Connection connection, String publication, Table table)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(TABLE)) {
            query.setString(1, publication);
            query.setString(2, table.database());
            query.setString(3, table.name());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                Array key = row.getArray(4);
                return Optional.of(new PublishedTable(
                        row.getBoolean(1), row.getBoolean(2), row.getBoolean(3), Set.of((String[]) key.getArray())));
            }
        }
    }

    private static Optional<String> checkPublished(
            String publication, Optional<Set<Operation>> published, String name, PublishedTable table) {
        if (published.isEmpty() || table.isPublished()) {
            return Optional.empty();
        }
        return Optional.of("a rule names the table " + name + ", which the publication " + publication + " lacks"
                + (table.isPartitioned()
                        ? " or has as its partitions; run ALTER PUBLICATION " + publication + " ADD TABLE " + name
                                + ", and ALTER PUBLICATION " + publication + " SET (publish_via_partition_root = true)"
                        : "; run ALTER PUBLICATION " + publication + " ADD TABLE " + name));
    }

    private static Optional<String> checkRule(
            Rule rule, String publication, Optional<Set<Operation>> published, String name, PublishedTable table) {
        for (Operation operation : rule.operations()) {
            if (published.isPresent() && !published.get().contains(operation)) {
                return Optional.of("the rule " + rule + " is for " + operation + ", which the publication "
                        + publication + " leaves out; add it to the publication's option publish");
            }
        }
        if (table.isFull()) {
            return Optional.empty();
        }
        return rule.readPaths().stream()
                .filter(path -> needsFullIdentity(path, rule.operations(), table.key()))
                .findFirst()
                .map(path -> "the rule " + rule + " reads " + ChangeScope.describe(path) + " of " + rule.operations()
                        + ", which the server's"
                        + " log has only for tables with REPLICA IDENTITY FULL; run ALTER TABLE " + name
                        + " REPLICA IDENTITY FULL"
                        + (table.isPartitioned() ? " for each of its partitions" : ""));
    }

    private static boolean needsFullIdentity(Path path, Set<Operation> operations, Set<String> key) {
        if (operations.contains(Operation.UPDATE) && ChangeScope.READING_BEFORE.contains(path.variable())) {
            return true;
        }
        boolean readsOldRow = ChangeScope.READING_BEFORE.contains(path.variable())
                || path.variable().equals(RuleParser.ROW);
        return operations.contains(Operation.DELETE)
                && readsOldRow
                && (path.steps().isEmpty() || !key.contains(path.steps().get(0)));
    }
}
