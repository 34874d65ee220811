package io.millrace.expressions;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The input of one evaluation: the record, and the variables of the macros that loop. For use by one thread. */
final class CelFrame {
    private final Scope scope;
    private final @Nullable Object[] locals;

    CelFrame(Scope scope, int locals) {
        this.scope = scope;
        this.locals = new @Nullable Object[locals];
    }

    Scope scope() {
        return scope;
    }

    Object local(int slot) {
        return Objects.requireNonNull(locals[slot]);
    }

    void setLocal(int slot, Object value) {
        locals[slot] = value;
    }
}
