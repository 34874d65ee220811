package io.millrace.connectors.redrive.letters;

import io.millrace.changes.TopicPlace;
import io.millrace.expressions.Condition;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Scope;
import io.millrace.expressions.Variable;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * A condition in CEL by which letters are chosen. Its variables are
 *
 * <ul>
 * <li>{@code headers}: the last value of each header, as text;
 * <li>{@code key}: the key as text, or null;
 * <li>{@code topic}: the topic from which the record was refused; empty if it is unknown;
 * <li>{@code connector}: the connector or consumer group that refused it; empty if it is unknown;
 * <li>{@code error}: the reason, one line;
 * <li>{@code attempt}: how many times it was refused, without the times when it was held behind another one;
 * <li>{@code age}: the seconds since the record's timestamp.
 * </ul>
 *
 * <p>Safe for use by many threads.
 */
public final class LetterCondition {
    private static final List<Variable> VARIABLES = List.of(
            new Variable("headers", Variable.Kind.TEXTS),
            new Variable("key", Variable.Kind.DATA),
            new Variable("topic", Variable.Kind.TEXT),
            new Variable("connector", Variable.Kind.TEXT),
            new Variable("error", Variable.Kind.TEXT),
            new Variable("attempt", Variable.Kind.INTEGER),
            new Variable("age", Variable.Kind.INTEGER));
    private static final long MILLIS = 1_000;

    private final String source;
    private final Condition condition;

    private LetterCondition(String source, Condition condition) {
        this.source = source;
        this.condition = condition;
    }

    /**
     * The condition in a text.
     *
     * @throws io.millrace.expressions.InvalidExpressionException with line, column and reason
     */
    public static LetterCondition parse(String source) {
        return new LetterCondition(source, new ExpressionCompiler(VARIABLES).condition(source));
    }

    /**
     * Whether a letter is chosen. A condition that is unknown, because of a NULL, does not hold. A header that a letter may lack is tested
     * for first, as in {@code 'user' in headers && headers['user'] == '1'}.
     *
     * @param nowMs milliseconds since 1970, from which the age is counted
     * @throws DataException naming the letter, if the condition cannot be evaluated
     */
    public boolean matches(DeadLetter letter, long nowMs) {
        try {
            return condition.test(new LetterScope(letter, nowMs));
        } catch (DataException e) {
            throw new DataException(letter.place() + ": the condition cannot be evaluated: " + e.getMessage(), e);
        }
    }

    /** The values of the variables, in their order. */
    private record LetterScope(DeadLetter letter, long nowMs) implements Scope {
        @Override
        public @Nullable Object value(int variable) {
            return switch (VARIABLES.get(variable).name()) {
                case "headers" -> letter.headerTexts();
                case "key" -> letter.key();
                case "topic" -> letter.origin().map(TopicPlace::topic).orElse("");
                case "connector" -> letter.connector().orElse("");
                case "error" -> letter.reason();
                case "attempt" -> (long) letter.attempts();
                default -> (nowMs - letter.timestampMs()) / MILLIS;
            };
        }

        @Override
        public @Nullable Schema schema(int variable) {
            return null;
        }

        @Override
        public boolean structured() {
            return false;
        }
    }

    /** As it was written. */
    @Override
    public String toString() {
        return source;
    }
}
