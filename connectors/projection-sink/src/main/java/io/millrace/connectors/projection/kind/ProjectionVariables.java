package io.millrace.connectors.projection.kind;

import io.millrace.expressions.ColumnType;
import io.millrace.expressions.Expression;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Path;
import io.millrace.expressions.Variable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    /** For expressions over a record. */
    public static final ExpressionCompiler RECORD = new ExpressionCompiler(OF_RECORD);

    /** For the columns of a row that a record may leave unchanged. */
    public static final ExpressionCompiler PARTIAL = ExpressionCompiler.ofPartialRows(OF_RECORD);

    /** For expressions over an element of an array in a record. */
    public static final ExpressionCompiler ELEMENTS = new ExpressionCompiler(with("element"));

    /** For expressions over a state in a record: the one that it brings, or the one before. */
    public static final ExpressionCompiler STATES = new ExpressionCompiler(with("state"));

    /** For expressions over a group before its columns are determined. */
    public static final ExpressionCompiler GROUPS = new ExpressionCompiler(with("group"));

    private ProjectionVariables() {}

    /** For expressions over a group of these columns, and the last record that contributed to it. */
    public static ExpressionCompiler groups(Collection<String> columns) {
        Map<String, ColumnType> types = new HashMap<>();
        columns.forEach(column -> types.put(column, ColumnType.UNKNOWN));
        return new ExpressionCompiler(with("group"), Set.of("group"), types);
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
        return (ofRecord ? RECORD : new ExpressionCompiler(with(path.variable()))).expression(path);
    }

    private static List<Variable> with(String part) {
        List<Variable> variables = new ArrayList<>(OF_RECORD);
        variables.add(new Variable(part, Variable.Kind.DATA));
        return variables;
    }
}
