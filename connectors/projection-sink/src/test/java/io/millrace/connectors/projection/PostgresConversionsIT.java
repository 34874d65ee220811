package io.millrace.connectors.projection;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** On PostgreSQL. */
class PostgresConversionsIT extends ConversionsIT {
    private static final String PATTERN = "'YYYY-MM-DD\"T\"HH24:MI:SS.US'";
    private static final String SECONDS = "extract(epoch FROM %s)::text";

    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new PostgresSinkDatabase("conversions-postgres"));
        fixture.execute("CREATE TYPE mood AS ENUM ('a', 'it''s', '7')");
    }

    @Override
    List<TargetType> targets() {
        return List.of(
                TargetType.whole("smallint", "integer", "%s", Short.MIN_VALUE, Short.MAX_VALUE),
                TargetType.whole("bigint", "integer", "%s", Long.MIN_VALUE, Long.MAX_VALUE),
                TargetType.decimal("numeric(9,2)", "%s", 9, 2),
                TargetType.decimal("numeric", "%s", 0, 0),
                TargetType.floating("real", "%s", Float.BYTES),
                TargetType.floating("double precision", "%s", Double.BYTES),
                TargetType.sized("boolean", "boolean", "%s", 0),
                TargetType.sized("varchar(30)", "text", "%s", 30),
                TargetType.sized("text", "text", "%s", 0),
                TargetType.sized("mood", "enum, set", "%s", 0),
                TargetType.sized("bytea", "binary", "encode(%s, 'hex')", 0),
                TargetType.sized("jsonb", "json", "%s", 0),
                TargetType.sized("json", "json", "%s", 0),
                TargetType.sized("date", "date", "%s::text", 0),
                TargetType.sized("timestamp(0)", "datetime", "to_char(%s, " + PATTERN + ")", 0),
                TargetType.sized("timestamptz(6)", "datetime", "to_char(%s AT TIME ZONE 'UTC', " + PATTERN + ")", 6),
                TargetType.sized("time(0)", "time", SECONDS, 0),
                TargetType.sized("time(6)", "time", SECONDS, 6),
                TargetType.sized("interval", "interval", SECONDS, 6),
                TargetType.sized("interval(3)", "interval", SECONDS, 3),
                TargetType.sized("uuid", "uuid", "%s", 0));
    }
}
