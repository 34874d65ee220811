package io.millrace.tools.changes;

import java.util.function.Predicate;

/** A source of change events. */
@FunctionalInterface
public interface ChangeSource {
    /** Passes every change on in its order, until there are no more or the receiver stops. */
    void forEach(Predicate<Change> wantsMore);
}
