package io.millrace.tools.changes;

import java.util.function.Predicate;

/** Where change events come from, one after the other. */
@FunctionalInterface
public interface ChangeSource {
    /** Hands on every change in its order, until there are no more or the receiver says that it has enough. */
    void forEach(Predicate<Change> wantsMore);
}
