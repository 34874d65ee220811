package io.millrace.connectors.projection.database;

import io.millrace.connectors.projection.database.mysql.MySqlDialect;
import io.millrace.connectors.projection.database.postgresql.PostgresDialect;
import java.util.List;
import java.util.Optional;

/** The dialects that there are. */
final class Dialects {
    static final List<Dialect> ALL = List.of(new MySqlDialect(), new PostgresDialect());

    private Dialects() {}

    /** The dialect of the database that a JDBC URL names; empty where there is none. */
    static Optional<Dialect> of(String url) {
        return ALL.stream()
                .filter(dialect -> url.startsWith(dialect.urlPrefix()))
                .findFirst();
    }
}
