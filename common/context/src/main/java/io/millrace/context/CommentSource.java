package io.millrace.context;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.Operation;
import io.millrace.config.Option;
import io.millrace.context.SqlComments.Comment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.jspecify.annotations.Nullable;

/**
 * The SQL comment of the statement that made the change, from {@code source.query}.
 *
 * <p>Leading comments have precedence over trailing ones, because no part of the statement can come before them; of several
 * at one end the outermost has precedence. A comment longer than {@value #LONGEST_COMMENT} characters is not read.
 *
 * <p>The rows of a snapshot and a truncated table have no statement. Debezium may give them the text of the last one: it keeps
 * that text until a commit, and an XA transaction that is prepared has none.
 *
 * <p>All rows of a statement share one String object. The text is read if the object is another one than the last time, and
 * its characters are never compared.
 */
final class CommentSource implements ContextSource {
    static final int LONGEST_COMMENT = 65_536;

    private static final String NAME = "comment";
    private static final Option<Map<String, String>> NAMES = KeyNames.option("comment.names", NAME)
            .medium("The names of keys in the SQL comment, as key=name. A key that is not listed has the same name "
                    + "there.");
    private static final List<String> MODES = List.of(SqlMode.NO_BACKSLASH_ESCAPES, SqlMode.ANSI_QUOTES);
    private static final Option<List<String>> SQL_MODE = NameLists.option("sql.mode")
            .defaultTo("")
            .valid("any of " + MODES + ", none twice", modes -> NameLists.requireAmong(modes, MODES))
            .low("The sql_modes of the service's sessions that change the end of a literal. The binlog does not "
                    + "contain them. If a statement is parsed in the wrong mode, its trailing comment may be lost.");

    private static final Option<PlusSign> PLUS = Option.choice("comment.plus", PlusSign.class)
            .defaultTo("plus")
            .medium("How a + in a comment's value is decoded: as a plus sign (sqlcommenter's specification), or as a "
                    + "space (the libraries for Java, PHP and Go). The guide for attaching a request lists the "
                    + "setting for each library.");

    private static final String PLACE = "the SQL comment";

    static final SourceType TYPE = new SourceType(
            NAME,
            "the SQL comment of the statement, in sqlcommenter's format",
            List.of(NAMES, PLUS, SQL_MODE),
            settings -> new CommentSource(
                    new ContextPairs(
                            settings.completeNames(NAMES.get(settings.config())),
                            PLUS.get(settings.config()),
                            settings.limit(),
                            settings.refused(),
                            PLACE),
                    SqlMode.of(SQL_MODE.get(settings.config()))));

    private final ContextPairs pairs;
    private final SqlMode mode;

    private @Nullable String lastStatement;
    private Map<String, String> lastValues = Map.of();
    private long statementsRead;

    /**
     * @param pairs the values of a comment
     * @param mode how the service's sessions quote
     */
    CommentSource(ContextPairs pairs, SqlMode mode) {
        this.pairs = pairs;
        this.mode = mode;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // See the class comment.
    public Optional<String> find(String key, ConnectRecord<?> record, ChangeReader change) {
        Operation operation = change.operation();
        if ((operation != null && !operation.isChangeOfRows())
                || !(change.source(QueryRemoval.QUERY) instanceof String statement)) {
            return Optional.empty();
        }
        if (statement != lastStatement) {
            lastValues = readStatement(statement);
            lastStatement = statement;
        }
        return Optional.ofNullable(lastValues.get(key));
    }

    /** The number of statements that were read, for tests: one for all rows of a statement. */
    long statementsRead() {
        return statementsRead;
    }

    private Map<String, String> readStatement(String statement) {
        statementsRead++;
        SqlComments comments = SqlComments.of(statement, mode);
        List<Comment> outermostFirst = new ArrayList<>(comments.trailing());
        Collections.reverse(outermostFirst);
        outermostFirst.addAll(0, comments.leading());

        Map<String, String> values = new HashMap<>();
        for (Comment comment : outermostFirst) {
            if (comment.length() > LONGEST_COMMENT) {
                // Its text is not copied.
                pairs.refuseAll("it is longer than " + LONGEST_COMMENT + " characters");
            } else {
                pairs.addTo(values, comment.textIn(statement));
            }
        }
        return values;
    }
}
