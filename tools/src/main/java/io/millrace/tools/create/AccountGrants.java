package io.millrace.tools.create;

import io.millrace.tools.source.SourceProduct;
import java.util.ArrayList;
import java.util.List;

/** The statements that grant the connectors' accounts what they need, and no more. */
final class AccountGrants {
    /** From this version on, FLUSH TABLES has a privilege of its own. */
    private static final String FLUSH_TABLES_VERSION = "8.0.23";

    private AccountGrants() {}

    /**
     * The grants of a source of MySQL: it reads the tables of its databases, and the binlog.
     *
     * @param version the version of the server
     */
    static List<String> ofMySqlSource(String user, List<String> databases, String version) {
        String account = quoteAccount(user);
        List<String> grants = new ArrayList<>();
        databases.forEach(
                database -> grants.add("GRANT SELECT ON " + quotePattern(database) + ".* TO " + account + ";"));
        String flush = isAtLeast(version, FLUSH_TABLES_VERSION) ? "FLUSH_TABLES" : "RELOAD";
        grants.add("GRANT " + flush + ", REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO " + account + ";");
        return grants;
    }

    /** The grants of a source of PostgreSQL: it reads the tables, and the server's log. */
    static List<String> ofPostgresSource(String user, List<CapturedTable> tables) {
        String role = SourceProduct.POSTGRESQL.quote(user);
        List<String> grants = new ArrayList<>();
        tables.stream()
                .map(CapturedTable::database)
                .distinct()
                .forEach(schema -> grants.add(
                        "GRANT USAGE ON SCHEMA " + SourceProduct.POSTGRESQL.quote(schema) + " TO " + role + ";"));
        tables.forEach(table -> grants.add("GRANT SELECT ON " + SourceProduct.POSTGRESQL.quote(table.database()) + "."
                + SourceProduct.POSTGRESQL.quote(table.name()) + " TO " + role + ";"));
        grants.add("ALTER ROLE " + role + " REPLICATION;");
        return grants;
    }

    /** The grants of the sink: it writes rows of the views, and creates the ledger. */
    static List<String> ofSink(ViewsDatabase views, String database, String user, List<String> tables) {
        if (views == ViewsDatabase.MYSQL) {
            return List.of("GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON " + quotePattern(database) + ".* TO "
                    + quoteAccount(user) + ";");
        }
        String role = SourceProduct.POSTGRESQL.quote(user);
        return List.of(
                "GRANT USAGE, CREATE ON SCHEMA public TO " + role + ";",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON "
                        + String.join(
                                ", ",
                                tables.stream()
                                        .map(table -> "\"" + table + "\"")
                                        .toList()) + " TO " + role
                        + ";");
    }

    private static String quoteAccount(String user) {
        return "'" + user.replace("\\", "\\\\").replace("'", "\\'") + "'@'%'";
    }

    /** The name of a database in a grant is a pattern. */
    private static String quotePattern(String database) {
        return "`" + database.replace("`", "``").replace("_", "\\_").replace("%", "\\%") + "`";
    }

    private static boolean isAtLeast(String version, String required) {
        String[] parts = version.split("[^0-9]+", -1);
        String[] needed = required.split("\\.", -1);
        for (int i = 0; i < needed.length; i++) {
            int part = i < parts.length && !parts[i].isEmpty() ? Integer.parseInt(parts[i]) : 0;
            int wanted = Integer.parseInt(needed[i]);
            if (part != wanted) {
                return part > wanted;
            }
        }
        return true;
    }
}
