package io.millrace.expressions;

import java.util.Objects;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** The input of one evaluation: the record, and the variables of the macros that loop. For use by one thread. */
final class CelFrame {
    /** Of an expression that reads nothing. */
    static final CelFrame EMPTY = new CelFrame(
            new Scope() {
                @Override
                public @Nullable Object value(int variable) {
                    return null;
                }

                @Override
                public @Nullable Schema schema(int variable) {
                    return null;
                }

                @Override
                public boolean structured() {
                    return false;
                }
            },
            0);

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
