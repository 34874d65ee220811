package io.millrace.transforms.context;

import io.millrace.transforms.context.SqlComments.Comment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;

/**
 * What the SQL comment of the statement says that made the change, from {@code source.query}.
 *
 * <p>Leading comments win over trailing ones, as nothing in the statement can come before them; of several at one end the
 * outermost wins. A comment longer than {@value #LONGEST_COMMENT} characters is not read.
 *
 * <p>All rows of a statement carry one String object, so the text is read when another object comes than last time, and
 * its characters are never compared.
 */
final class CommentSource implements ContextSource {
    static final int LONGEST_COMMENT = 65_536;
    private static final String PLACE = "the SQL comment";

    private final Map<String, String> names;
    private final SqlMode mode;
    private final ValueLimit limit;
    private final Refusals refusals;

    private String lastStatement;
    private Map<String, String> lastValues = Map.of();
    private long statementsRead;

    /**
     * @param names what the comment calls each header
     * @param mode how the service's sessions quote
     */
    CommentSource(Map<String, String> names, SqlMode mode, ValueLimit limit, Refusals refusals) {
        this.names = names;
        this.mode = mode;
        this.limit = limit;
        this.refusals = refusals;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // The point of it: see the class comment.
    public Optional<String> value(String key, ConnectRecord<?> record, Envelope change) {
        if (!(change.source(Envelope.QUERY) instanceof String statement)) {
            return Optional.empty();
        }
        if (statement != lastStatement) {
            lastValues = read(statement);
            lastStatement = statement;
        }
        return Optional.ofNullable(lastValues.get(key));
    }

    /** How many times a statement was read, for tests: once for all its rows. */
    long statementsRead() {
        return statementsRead;
    }

    private Map<String, String> read(String statement) {
        statementsRead++;
        SqlComments comments = SqlComments.of(statement, mode);
        List<Comment> outermostFirst = new ArrayList<>(comments.trailing());
        Collections.reverse(outermostFirst);
        outermostFirst.addAll(0, comments.leading());

        Map<String, String> values = new HashMap<>();
        for (Comment comment : outermostFirst) {
            if (comment.length() > LONGEST_COMMENT) {
                names.keySet()
                        .forEach(key -> refusals.add(
                                key, PLACE, "the comment is longer than " + LONGEST_COMMENT + " characters"));
            } else {
                SqlCommenter.parse(comment.in(statement)).ifPresent(pairs -> take(pairs, values));
            }
        }
        return values;
    }

    private void take(SqlCommenter pairs, Map<String, String> values) {
        names.forEach((key, name) -> {
            String value = pairs.values().get(name);
            if (pairs.refused().contains(name)) {
                refusals.add(key, PLACE, "'" + name + "' is named twice or is not percent-encoded UTF-8");
            } else if (value != null && !value.isEmpty() && !values.containsKey(key)) {
                limit.objection(key, value)
                        .ifPresentOrElse(reason -> refusals.add(key, PLACE, reason), () -> values.put(key, value));
            }
        });
    }
}
