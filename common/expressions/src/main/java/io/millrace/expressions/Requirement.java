package io.millrace.expressions;

import org.jspecify.annotations.Nullable;

/**
 * A text that a condition asks for: wherever the path has another one, the condition is false, whatever else it says. So
 * conditions can be looked up by what a record has, instead of being tried one by one. Safe for use by many threads.
 */
public final class Requirement {
    private final Path path;
    private final String text;
    private final Evaluator evaluator;

    Requirement(Path path, String text, Evaluator evaluator) {
        this.path = path;
        this.text = text;
        this.evaluator = evaluator;
    }

    /** Where the text has to be. */
    public Path path() {
        return path;
    }

    /** The text that has to be there. */
    public String text() {
        return text;
    }

    /** The text that the record has there; null where it has none, or something else. */
    public @Nullable String findText(Scope scope) {
        return evaluator.evaluate(scope) instanceof String found ? found : null;
    }

    @Override
    public String toString() {
        return path + " == '" + text + "'";
    }
}
