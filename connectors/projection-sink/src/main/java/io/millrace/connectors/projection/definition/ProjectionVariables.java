package io.millrace.connectors.projection.definition;

import io.millrace.connectors.projection.kind.RecordScope;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Variable;
import java.util.ArrayList;
import java.util.List;

/** What the expressions of a projection can name, and each name's index in a {@link RecordScope}. */
public final class ProjectionVariables {
    public static final int KEY = 0;
    public static final int VALUE = 1;
    public static final int HEADERS = 2;
    public static final int TOPIC = 3;
    public static final int PARTITION = 4;
    public static final int OFFSET = 5;
    public static final int TIMESTAMP = 6;
    public static final int ELEMENT = 7;

    private static final List<Variable> OF_RECORD = List.of(
            new Variable("key", Variable.Kind.DATA),
            new Variable("value", Variable.Kind.DATA),
            new Variable("headers", Variable.Kind.TEXTS),
            new Variable("topic", Variable.Kind.TEXT),
            new Variable("partition", Variable.Kind.INTEGER),
            new Variable("offset", Variable.Kind.INTEGER),
            new Variable("timestamp", Variable.Kind.INTEGER));

    /** For expressions over a record. */
    public static final ExpressionCompiler RECORD = new ExpressionCompiler(OF_RECORD);

    /** For expressions over an element of an array in a record. */
    public static final ExpressionCompiler ELEMENTS = new ExpressionCompiler(withElement());

    private ProjectionVariables() {}

    private static List<Variable> withElement() {
        List<Variable> variables = new ArrayList<>(OF_RECORD);
        variables.add(new Variable("element", Variable.Kind.DATA));
        return variables;
    }
}
