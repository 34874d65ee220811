package io.millrace.expressions;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * Compiles and type-checks CEL over a fixed list of variables. Beside CEL's standard functions and macros there are
 *
 * <ul>
 *   <li>{@code json(text)}: what a JSON text says;
 *   <li>{@code coalesce(value, other)}: the other where the value is null;
 *   <li>{@code mask(text)}: {@code ***}; {@code mask(text, n)}: the same with the text's last n characters behind it, if it
 *       has at least twice as many; null stays null;
 *   <li>{@code sha256(text)}: 64 hexadecimal digits; null stays null;
 *   <li>{@code changed('column')}: whether the change gave the column another value, where a variable of kind
 *       {@link Variable.Kind#CHANGES} is there.
 * </ul>
 *
 * <p>A variable of kind {@link Variable.Kind#DATA} whose value is null (the {@code before} of a creation, say) reads as a
 * structure whose every field is null, so that {@code before.status != 'PAID'} holds for a row that is created as paid.
 */
public final class ExpressionCompiler {
    private static final CelOptions OPTIONS =
            CelOptions.current().enableHeterogeneousNumericComparisons(true).build();
    /** Not the planner, which copies every map that an expression reads from: here those are whole rows. */
    private static final CelRuntime RUNTIME = CelRuntimeFactory.legacyCelRuntimeBuilder()
            .setOptions(OPTIONS)
            .addFunctionBindings(Functions.BINDINGS)
            .build();

    private final List<Variable> variables;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final CelCompiler compiler;

    /** For expressions over these variables; a variable's place in the list is its index in a {@link Scope}. */
    public ExpressionCompiler(List<Variable> variables) {
        this(variables, Set.of(), Map.of());
    }

    /**
     * Also knows the columns of some variables of kind {@link Variable.Kind#DATA}, and refuses what does not fit them.
     *
     * @param rows the names of those variables
     * @param columns their columns
     */
    public ExpressionCompiler(List<Variable> variables, Set<String> rows, Map<String, ColumnType> columns) {
        RowTypes types = new RowTypes(columns);
        this.variables = List.copyOf(variables);
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setTypeProvider(types)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addFunctionDeclarations(Functions.DECLARATIONS);
        for (int i = 0; i < variables.size(); i++) {
            Variable variable = variables.get(i);
            if (variable.kind() == Variable.Kind.CHANGES) {
                builder.addMacros(Functions.changedMacro(variable.name()));
            }
            indexes.put(variable.name(), i);
            builder.addVar(
                    variable.name(),
                    switch (variable.kind()) {
                        case DATA -> rows.contains(variable.name()) ? types.row() : SimpleType.DYN;
                        case TEXT -> SimpleType.STRING;
                        case INTEGER -> SimpleType.INT;
                        case TEXTS -> MapType.create(SimpleType.STRING, SimpleType.STRING);
                        case CHANGES -> MapType.create(SimpleType.STRING, SimpleType.BOOL);
                    });
        }
        this.compiler = builder.build();
    }

    /**
     * A condition; its result must be boolean, as far as the types are known.
     *
     * @throws InvalidExpressionException with line, column and reason
     */
    public Condition condition(String source) {
        CelAbstractSyntaxTree ast = checkTypes(source);
        CelKind kind = ast.getResultType().kind();
        if (kind != CelKind.BOOL && kind != CelKind.DYN) {
            throw new InvalidExpressionException("\"" + source + "\": expected a condition, found a value of type "
                    + ast.getResultType().name());
        }
        return new CelCondition(
                source,
                compileEvaluator(ast),
                createProgram(source, ast),
                ExpressionPaths.findPaths(ast.getExpr(), variables),
                findRequirements(ast));
    }

    /**
     * A value.
     *
     * @throws InvalidExpressionException with line, column and reason
     */
    public Expression expression(String source) {
        CelAbstractSyntaxTree ast = checkTypes(source);
        Optional<Path> path = ExpressionPaths.findPath(ast.getExpr(), indexes.keySet());
        if (path.isPresent()) {
            return pathExpression(path.get());
        }
        Optional<ExpressionPaths.JsonPath> json = ExpressionPaths.findJsonPath(ast.getExpr(), indexes.keySet());
        if (json.isPresent()) {
            return new JsonPathExpression(
                    pathExpression(json.get().text()), json.get().inside());
        }
        Set<Path> paths = ExpressionPaths.findPaths(ast.getExpr(), variables);
        return new CelExpression(
                compileEvaluator(ast), createProgram(source, ast), paths, schemaOf(ast.getResultType()));
    }

    /**
     * A list of named values: {@code name = expression, name: type = expression, name}. A bare name is the field of that
     * name of the shorthand variable. A name that is no identifier stands in backticks. The grammar of a type is
     *
     * <pre>
     * type   = ( scalar | "[" type "]" | "{" name ":" type { "," name ":" type } "}" | "map(" type ")" ) [ "?" ]
     * scalar = "string" | "boolean" | "int32" | "int64" | "float64" | "bytes"
     *        | "date" | "timestamp" | "decimal(" scale ")"
     * </pre>
     *
     * @throws InvalidExpressionException naming the field, with the reason
     */
    public List<Field> fields(String list, String shorthandVariable) {
        return new FieldList(this, shorthandVariable, new StructureNames(Optional.empty())).parseFields(list);
    }

    /**
     * The same, and each structure that a type declares has a schema name of its own, made of the owner's and of the
     * fields on the way to it: {@code SiteChanged_apps}.
     *
     * @param owner the schema name of what the fields are of
     */
    public List<Field> fields(String list, String shorthandVariable, String owner) {
        return new FieldList(this, shorthandVariable, new StructureNames(Optional.of(owner))).parseFields(list);
    }

    private PathExpression pathExpression(Path path) {
        int index = Objects.requireNonNull(indexes.get(path.variable()));
        return new PathExpression(index, path, variables.get(index).kind());
    }

    CelAbstractSyntaxTree checkTypes(String source) {
        try {
            CelAbstractSyntaxTree ast = compiler.compile(source).getAst();
            ExpressionPaths.refuseComparisonOfDataWithNull(ast.getExpr(), variables);
            return ast;
        } catch (CelValidationException e) {
            CelIssue issue = e.getErrors().get(0);
            throw new InvalidExpressionException("\"" + source + "\", line "
                    + issue.getSourceLocation().getLine() + ", column "
                    + (issue.getSourceLocation().getColumn() + 1) + ": " + issue.getMessage());
        }
    }

    Evaluator compileEvaluator(CelAbstractSyntaxTree ast) {
        return new EvaluatorCompiler(ast, variables, indexes).compile().orElse(scope -> Evaluator.UNDECIDED);
    }

    List<RequiredText> findRequirements(CelAbstractSyntaxTree ast) {
        return new EvaluatorCompiler(ast, variables, indexes).requirements();
    }

    CelProgram createProgram(String source, CelAbstractSyntaxTree ast) {
        try {
            return new CelProgram(source, RUNTIME.createProgram(ast), indexes, variables);
        } catch (CelEvaluationException e) {
            throw new InvalidExpressionException("\"" + source + "\": " + e.getMessage());
        }
    }

    /** The Connect schema for CEL's type, optional because any part of a record can be null; null where it is dynamic. */
    private static @Nullable Schema schemaOf(CelType type) {
        return switch (type.kind()) {
            case BOOL -> Schema.OPTIONAL_BOOLEAN_SCHEMA;
            case INT -> Schema.OPTIONAL_INT64_SCHEMA;
            case DOUBLE -> Schema.OPTIONAL_FLOAT64_SCHEMA;
            case STRING -> Schema.OPTIONAL_STRING_SCHEMA;
            case BYTES -> Schema.OPTIONAL_BYTES_SCHEMA;
            case TIMESTAMP -> Timestamp.builder().optional().build();
            case LIST -> {
                Schema element = schemaOf(((ListType) type).elemType());
                yield element == null
                        ? null
                        : SchemaBuilder.array(element).optional().build();
            }
            case MAP -> {
                Schema value = schemaOf(((MapType) type).valueType());
                yield value == null || ((MapType) type).keyType().kind() != CelKind.STRING
                        ? null
                        : SchemaBuilder.map(Schema.STRING_SCHEMA, value)
                                .optional()
                                .build();
            }
            default -> null;
        };
    }
}
