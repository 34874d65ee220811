package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On MySQL. */
class MySqlProjectionSinkIT extends ProjectionSinkIT {
    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new MySqlSinkDatabase("projection-sink-mysql"));
    }

    @Test
    void takesKeysWhoseColumnsTellAllTextsApart() throws SQLException {
        for (String type : List.of(
                "VARCHAR(20) COLLATE utf8mb4_0900_bin",
                "CHAR(20) COLLATE utf8mb4_bin",
                "VARBINARY(20)",
                "BINARY(16)")) {
            assertThat(problemsOfKey(type)).as(type).isEmpty();
        }
        for (String type : List.of(
                "VARCHAR(20) COLLATE utf8mb4_bin",
                "VARCHAR(20) COLLATE utf8mb4_0900_as_cs",
                "CHAR(20) COLLATE utf8mb4_0900_as_cs",
                "ENUM('a') COLLATE utf8mb4_0900_ai_ci")) {
            assertThat(problemsOfKey(type)).as(type).singleElement().asString().contains("utf8mb4_0900_bin", "accept");
        }
        assertThat(problemsOfKey("SET('a', 'b')")).singleElement().asString().contains("cannot be part of a key");
    }
}
