package io.millrace.connectors.projection.kind;

import io.millrace.expressions.Expression;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Path;
import io.millrace.expressions.Variable;
import java.util.ArrayList;
import java.util.List;

/** The variables of a projection's expressions, and the index of each in a {@link RecordScope}. */
public final class ProjectionVariables {
    public static final int KEY = 0;
    public static final int VALUE = 1;
    public static final int HEADERS = 2;
    public static final int TOPIC = 3;
    public static final int PARTITION = 4;
    public static final int OFFSET = 5;
    public static final int TIMESTAMP = 6;
    /** A part of the record that an expression may read: an element of an array, a state, or a group. */
    public static final int PART = 7;

    private static final List<Variable> OF_RECORD = List.of(
            new Variable("key", Variable.Kind.DATA),
            new Variable("value", Variable.Kind.DATA),
            new Variable("headers", Variable.Kind.TEXTS),
            new Variable("topic", Variable.Kind.TEXT),
            new Variable("partition", Variable.Kind.INTEGER),
            new Variable("offset", Variable.Kind.INTEGER),
            new Variable("timestamp", Variable.Kind.INTEGER));

    private ProjectionVariables() {}

    /** The variables of a record. */
    static List<Variable> ofRecord() {
        return OF_RECORD;
    }

    /** Whether the variable has the data of a record or of a part of it. */
    static boolean isData(String variable) {
        return OF_RECORD.stream()
                .filter(known -> known.name().equals(variable))
                .allMatch(known -> known.kind() == Variable.Kind.DATA);
    }

    /** The value at a path into such a variable. */
    static Expression compilePath(Path path) {
        boolean ofRecord = OF_RECORD.stream().anyMatch(known -> known.name().equals(path.variable()));
        return new ExpressionCompiler(ofRecord ? OF_RECORD : with(path.variable())).expression(path);
    }

    /** The variables of a record and of a part of it. */
    static List<Variable> with(String part) {
        List<Variable> variables = new ArrayList<>(OF_RECORD);
        variables.add(new Variable(part, Variable.Kind.DATA));
        return variables;
    }
}
