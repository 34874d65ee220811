package io.millrace.expressions;

import org.jspecify.annotations.Nullable;

/**
 * A text that a condition requires: if the path has another one, the condition is false. So conditions can be looked up by the
 * values of a record instead of being evaluated one by one. Safe for use by many threads.
 */
public final class RequiredText {
    private final Path path;
    private final String text;
    private final Evaluator evaluator;

    RequiredText(Path path, String text, Evaluator evaluator) {
        this.path = path;
        this.text = text;
        this.evaluator = evaluator;
    }

    /** The path of the text. */
    public Path path() {
        return path;
    }

    /** The required text. */
    public String text() {
        return text;
    }

    /** The record's text at this path; null if it has none, or another value. */
    public @Nullable String findText(Scope scope) {
        return evaluator.evaluate(scope) instanceof String found ? found : null;
    }

    @Override
    public String toString() {
        return path + " == '" + text + "'";
    }
}
