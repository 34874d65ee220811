package io.millrace.rules;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.expressions.InvalidExpressionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.config.types.Password;

/** The options of the source's database, against whose tables posted rules are checked. */
final class SourceDatabase {
    private static final Option<String> HOSTNAME = Option.string("database.hostname")
            .medium("The source's server, as in the connector's option of the same name, which a transform cannot "
                    + "see. If it is set and the server can be reached, tables and rules are compared with the real "
                    + "tables when they are posted. A running transform does not connect to it.");
    private static final Option<Integer> PORT =
            Option.int32("database.port").defaultTo(3306).between(1, 65535).low("The server's port.");
    private static final Option<String> USER = Option.string("database.user")
            .defaultTo("")
            .low("A user with read access to the tables, such as the " + "connector's.");
    private static final Option<Password> PASSWORD =
            Option.password("database.password").defaultTo("").low("The user's password.");

    private static final OptionSet SERVER = OptionSet.of(HOSTNAME, PORT, USER, PASSWORD);

    static final OptionSet OPTIONS = SERVER.and(SourceTls.OPTIONS);

    /** The same for a source in PostgreSQL, which its database's name distinguishes. */
    static final OptionSet POSTGRES_OPTIONS = SERVER.and(PostgresSource.OPTIONS);

    private SourceDatabase() {}

    /**
     * Runs a check with the columns of each table that a pattern matches, if the options name a database and it can be queried.
     *
     * @throws InvalidExpressionException if no table exists, or the check of one fails; for a pattern, the message names each
     *     table whose check failed
     */
    static void check(Map<String, Object> values, TablePattern pattern, Consumer<RuleParser> check) {
        Optional<SourceTables> database = findTables(values);
        if (database.isEmpty()) {
            return;
        }
        if (pattern.only().isPresent()) {
            new SourceTable(database.get(), pattern.only().get()).check(check);
            return;
        }
        database.get().findTableNames().ifPresent(names -> checkEach(database.get(), pattern, names, check));
    }

    private static void checkEach(
            SourceTables database, TablePattern pattern, List<String> names, Consumer<RuleParser> check) {
        List<String> faults = new ArrayList<>();
        int checked = 0;
        for (String name : names) {
            Table table = Table.parse(name);
            if (pattern.match(table).isPresent()) {
                checked++;
                try {
                    new SourceTable(database, table).check(check);
                } catch (InvalidExpressionException e) {
                    faults.add(table + ": " + e.getMessage());
                }
            }
        }
        if (checked == 0) {
            throw new InvalidExpressionException(
                    "no table of the source matches " + pattern + ", or " + database.user() + " may not read it");
        }
        if (!faults.isEmpty()) {
            throw new InvalidExpressionException(faults.size() + " of " + checked + " tables that " + pattern
                    + " matches do not fit: " + String.join("; ", faults));
        }
    }

    /** The source's database; empty if the options do not name one. */
    static Optional<SourceTables> findTables(Map<String, ?> values) {
        Optional<String> host = HOSTNAME.find(values);
        Optional<Integer> port = PORT.find(values);
        Optional<String> user = USER.find(values);
        Optional<Password> password = PASSWORD.find(values);
        return host.isPresent() && port.isPresent() && user.isPresent() && password.isPresent()
                ? Optional.of(new SourceTables(
                        host.get(), port.get(), user.get(), password.get().value(), dialectOf(values)))
                : Optional.empty();
    }

    private static SourceDialect dialectOf(Map<String, ?> values) {
        Optional<PostgresSource> postgres = PostgresSource.find(values);
        return postgres.isPresent() ? postgres.get() : new MySqlSource(SourceTls.of(values));
    }

    /** A table of the database, which may be missing. */
    record SourceTable(SourceTables database, Table table) {
        /**
         * Runs a check with the table's columns, if the database can be queried.
         *
         * @throws InvalidExpressionException if the table does not exist, or the check fails
         */
        void check(Consumer<RuleParser> check) {
            try {
                database.findColumns(table).ifPresent(columns -> checkColumns(columns, check));
            } catch (InvalidExpressionException e) {
                // The table may have changed since the query: nothing is refused for an old answer.
                database.queryColumns(table).ifPresent(columns -> checkColumns(columns, check));
            }
        }

        private void checkColumns(Map<String, SourceColumn> columns, Consumer<RuleParser> check) {
            if (columns.isEmpty()) {
                throw new InvalidExpressionException(
                        "the source has no table " + table + ", or " + database.user() + " may not read it");
            }
            check.accept(RuleParser.withColumns(columns));
        }
    }
}
