package io.millrace.rules;

import io.millrace.expressions.Expression;
import io.millrace.expressions.InvalidExpressionException;
import io.millrace.expressions.Scope;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.DataException;

/** The topic of a rule's events: a name, or an expression of which {@code topic.allowed} permits the results. */
sealed interface EventTopic {
    /**
     * The topic of the event of one change.
     *
     * @throws DataException if the computed value is not a permitted topic; the message does not contain the value
     */
    String nameFor(Scope change);

    /** The expression, if the topic is computed. */
    Optional<Expression> expression();

    /** The name, or the expression as the rule has it. */
    @Override
    String toString();

    /** The topic of this name. */
    static EventTopic of(String name) {
        return new Fixed(Names.require(name));
    }

    /**
     * One name for all events.
     *
     * @param name a valid name of a Kafka topic
     */
    record Fixed(String name) implements EventTopic {
        @Override
        public String nameFor(Scope change) {
            return name;
        }

        @Override
        public Optional<Expression> expression() {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * A name for each event.
     *
     * @param source the expression's text
     * @param value computes the name
     * @param allowed matches the whole name of every permitted topic
     */
    record Computed(String source, Expression value, Pattern allowed) implements EventTopic {
        @Override
        public String nameFor(Scope change) {
            Object name = value.value(change);
            if (!(name instanceof String text)) {
                throw new DataException("'topic' is "
                        + (name == null ? "null" : "a " + name.getClass().getSimpleName()) + "; expected a text");
            }
            if (!Names.areValid(text)) {
                throw new DataException("the computed 'topic' is not a valid name of a Kafka topic: expected 1 to 249"
                        + " letters, digits, dots, underscores and hyphens, found a text of " + text.length()
                        + " characters");
            }
            if (!allowed.matcher(text).matches()) {
                throw new DataException("the computed 'topic' is not permitted: expected a name that topic.allowed="
                        + allowed + " matches. Correct the row, or permit the topic");
            }
            return text;
        }

        @Override
        public Optional<Expression> expression() {
            return Optional.of(value);
        }

        @Override
        public String toString() {
            return source;
        }
    }

    /** The names of Kafka's topics. */
    final class Names {
        private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

        private Names() {}

        static boolean areValid(String name) {
            return NAME.matcher(name).matches() && !name.equals(".") && !name.equals("..");
        }

        private static String require(String name) {
            if (!areValid(name)) {
                throw new InvalidExpressionException("'" + name + "' is not a valid name of a Kafka topic");
            }
            return name;
        }
    }
}
