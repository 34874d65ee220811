package io.millrace.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.changes.ChangeReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** Set {@code -Dmillrace.seed} to run the statements of another run again. */
class GeneratedStatementsTest {
    private static final int STATEMENTS = 100_000;
    private static final List<SqlMode> MODES =
            List.of(SqlMode.DEFAULT, new SqlMode(false, false), new SqlMode(true, true), new SqlMode(false, true));

    private final long seed = Long.getLong("millrace.seed", System.nanoTime());
    private final Random random = new Random(seed);

    GeneratedStatementsTest() {
        System.out.println("GeneratedStatementsTest: millrace.seed=" + seed);
    }

    @Test
    void readsTheContextThatWasPlacedAndNoOther() {
        int withContext = 0;
        for (int i = 0; i < STATEMENTS; i++) {
            SqlMode mode = MODES.get(i % MODES.size());
            GeneratedStatement statement = new GeneratedStatement(random, mode);
            Optional<String> expected = Optional.ofNullable(statement.expected());

            assertThat(read(statement.sql(), mode))
                    .as("seed %d, statement %d in %s: %s", seed, i, mode, statement.sql())
                    .isEqualTo(expected);
            withContext += expected.isPresent() ? 1 : 0;
        }
        assertThat(withContext).as("statements with context").isBetween(STATEMENTS / 5, STATEMENTS * 9 / 10);
    }

    @Test
    void takesNothingOutOfALiteralEvenInAWrongMode() {
        int hidden = 0;
        for (int i = 0; i < STATEMENTS; i++) {
            GeneratedStatement statement = new GeneratedStatement(random, MODES.get(i % MODES.size()));
            if (statement.isPlain()) {
                for (SqlMode mode : MODES) {
                    Optional<String> found = read(statement.sql(), mode);
                    assertThat(found.orElse(""))
                            .as("seed %d, statement %d in %s: %s", seed, i, mode, statement.sql())
                            .doesNotContain(GeneratedStatement.EVIL);
                    hidden += found.equals(Optional.ofNullable(statement.expected())) ? 0 : 1;
                }
            }
        }
        assertThat(hidden).as("statements that a wrong mode reads otherwise").isPositive();
    }

    @Test
    void neverThrowsForAnyText() {
        String alphabet = "'\"`\\/*!+-# \n;,=%4Aa\u00e9\ufffd\ud800\u0000";
        for (int i = 0; i < STATEMENTS; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(24); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(read(text.toString(), MODES.get(i % MODES.size())))
                    .as("seed %d, text %d", seed, i)
                    .isNotNull();
        }
    }

    private static Optional<String> read(String sql, SqlMode mode) {
        CommentSource source = new CommentSource(
                new ContextPairs(
                        Map.of(GeneratedStatement.KEY, GeneratedStatement.KEY),
                        PlusSign.PLUS,
                        new ValueLimit(512),
                        new RefusedValueLog(),
                        "the SQL comment"),
                mode);
        SourceRecord record = new SourceRecord(Map.of(), Map.of(), "t", Schema.STRING_SCHEMA, "");
        ChangeReader change = new ChangeReader();
        assertThat(change.read(Map.of("op", "u", "source", Map.of("query", sql))))
                .isTrue();
        return source.find(GeneratedStatement.KEY, record, change);
    }
}
