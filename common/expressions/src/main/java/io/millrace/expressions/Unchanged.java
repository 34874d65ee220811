package io.millrace.expressions;

/** The value of {@code unchanged()}: a column keeps what it has. */
public final class Unchanged {
    /** The one value. */
    public static final Unchanged VALUE = new Unchanged();

    private Unchanged() {}

    @Override
    public String toString() {
        return "unchanged";
    }
}
