package io.millrace.rules;

import io.millrace.changes.Operation;
import io.millrace.expressions.Scope;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** A change as the expressions of one rule read it: the rule's operations decide which rows may be absent. */
record RuleScope(ChangeScope change, Set<Operation> operations) implements Scope {
    @Override
    public @Nullable Object value(int variable) {
        return change.value(variable);
    }

    @Override
    public @Nullable Schema schema(int variable) {
        return change.schema(variable);
    }

    @Override
    public boolean structured() {
        return change.structured();
    }

    @Override
    public boolean mayBeAbsent(int variable) {
        return switch (variable) {
            case ChangeScope.BEFORE ->
                contains(Operation.CREATE) || contains(Operation.READ) || contains(Operation.TRUNCATE);
            case ChangeScope.AFTER -> contains(Operation.DELETE) || contains(Operation.TRUNCATE);
            case ChangeScope.ROW -> contains(Operation.TRUNCATE);
            // The rows of a snapshot belong to no transaction.
            case ChangeScope.TRANSACTION_BLOCK -> contains(Operation.READ);
            default -> false;
        };
    }

    private boolean contains(Operation operation) {
        return operations.contains(operation);
    }
}
