package io.millrace.expressions;

import com.google.common.base.Suppliers;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * Compiles and type-checks CEL over a fixed list of variables. It supports CEL's standard functions and macros, and
 *
 * <ul>
 * <li>{@code json(text)}: the value of a JSON text;
 * <li>{@code coalesce(value, other)}: {@code other} if {@code value} is null;
 * <li>{@code mask(text)}: {@code ***}; {@code mask(text, n)}: the same with the text's last n characters behind it, if
 * it has at least twice as many; null stays null;
 * <li>{@code sha256(text)}: 64 hexadecimal digits; null stays null;
 * <li>{@code lookup('table', key).field}: a field of the row that a {@link LookupTable} has of the key; each is null if
 * there is none; {@code found('table', key)}: whether there is one;
 * <li>{@code uuid(bytes)}, {@code uuid(bytes, 'swapped')}: the text of a UUID of 16 bytes;
 * <li>the functions of CEL's extension for strings, such as {@code text.trim()} and {@code text.substring(0, 2)};
 * <li>{@code regex.replace(text, pattern, replacement)}, {@code regex.extract(text, pattern)} and
 * {@code regex.extractAll(text, pattern)} with constant patterns of RE2;
 * <li>{@code decimal(number)}: an exact number for {@code + - *} and comparisons; {@code round(x, scale)} and
 * {@code divide(x, y, scale)}, rounded half up or as a last argument sets;
 * <li>{@code moment(time)}: a timestamp, and {@code time(time)}: a duration, of Connect's and Debezium's types or with a unit;
 * {@code date(moment, zone)} and {@code truncate(moment, unit, zone)}: the beginning of its day, and of a unit;
 * <li>{@code nullIf(x, value)}: null if both are equal; {@code clamp(x, low, high)}: the nearest number, decimal, timestamp or
 * duration between two bounds;
 * <li>{@code changed('column')}: whether the change gave the column another value, if a variable of kind
 * {@link Variable.Kind#CHANGES} is there;
 * <li>{@code changed()}: the variable {@code changed}, under the same condition.
 * </ul>
 *
 * <p>NULL follows SQL's three-valued logic. {@code ==}, {@code !=}, {@code in} and {@code changed} take a NULL for a
 * value; an order or any other function of a NULL is unknown, which is NULL again; {@code &&} and {@code ||} are
 * unknown unless a side decides; a condition that is unknown does not hold. {@code has(after.x)} is true only if the
 * column is there and not NULL.
 *
 * <p>A variable of kind {@link Variable.Kind#DATA} whose value is null (such as the {@code before} of a creation) reads
 * as a structure whose every field is null, so that {@code before.status != 'PAID'} holds for a row that is created as
 * paid.
 */
public final class ExpressionCompiler {
    private static final CelOptions OPTIONS =
            CelOptions.current().enableHeterogeneousNumericComparisons(true).build();

    /** CEL's functions that rules use most, as candidates for a misspelt name. */
    private static final Set<String> STANDARD_FUNCTIONS = Set.of(
            "has",
            "size",
            "string",
            "int",
            "double",
            "bool",
            "timestamp",
            "startsWith",
            "endsWith",
            "contains",
            "matches",
            "exists",
            "all",
            "filter",
            "map",
            "duration",
            "getFullYear",
            "getMonth",
            "getDate",
            "getDayOfMonth",
            "getDayOfWeek",
            "getDayOfYear",
            "getHours",
            "getMinutes",
            "getSeconds",
            "getMilliseconds");

    private static final CelCalls CALLS = new CelCalls(OPTIONS);

    private final List<Variable> variables;
    private final Set<String> rows;
    private final Map<String, ColumnType> columns;
    private final List<CelFunctionDecl> functions;
    private final LookupTables lookups;
    private final Map<String, Integer> indexes = new HashMap<>();
    // CEL's classes load slowly, and are not needed for paths.
    private final Supplier<CelCompiler> compiler =
            Suppliers.memoize(() -> createBuilder().build());
    /** Of expressions with decimals: its operators have more overloads, by which CEL's checker chooses other types. */
    private final Supplier<CelCompiler> decimalCompiler = Suppliers.memoize(() -> createBuilder()
            .addFunctionDeclarations(DecimalFunctions.DECLARATIONS)
            .addFunctionDeclarations(LimitFunctions.DECIMAL_DECLARATIONS)
            .build());

    /** For expressions over these variables; a variable's place in the list is its index in a {@link Scope}. */
    public ExpressionCompiler(List<Variable> variables) {
        this(variables, Set.of(), Map.of());
    }

    /** For the columns of rows: an expression can also be {@code unchanged()}, with the value {@link Unchanged#VALUE}. */
    public static ExpressionCompiler ofPartialRows(List<Variable> variables) {
        return new ExpressionCompiler(
                variables, Set.of(), Map.of(), List.of(Functions.UNCHANGED), new LookupTables(List.of()));
    }

    /**
     * A compiler with the columns of some variables of kind {@link Variable.Kind#DATA}, which refuses expressions that
     * do not fit them, except for other columns that the expression tests for with {@code has()}.
     *
     * @param rows the names of those variables
     * @param columns their columns
     */
    public ExpressionCompiler(List<Variable> variables, Set<String> rows, Map<String, ColumnType> columns) {
        this(variables, rows, columns, List.of(), new LookupTables(List.of()));
    }

    private ExpressionCompiler(
            List<Variable> variables,
            Set<String> rows,
            Map<String, ColumnType> columns,
            List<CelFunctionDecl> functions,
            LookupTables lookups) {
        this.lookups = lookups;
        this.rows = Set.copyOf(rows);
        this.columns = Map.copyOf(columns);
        this.functions = List.copyOf(functions);
        this.variables = List.copyOf(variables);
        for (int i = 0; i < variables.size(); i++) {
            indexes.put(variables.get(i).name(), i);
        }
    }

    private CelCompilerBuilder createBuilder() {
        RowTypes types = new RowTypes(columns, lookups.types());
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setTypeProvider(types)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addFunctionDeclarations(Functions.ALL_DECLARATIONS)
                .addFunctionDeclarations(functions)
                .addFunctionDeclarations(lookups.declarations())
                .addMacros(lookups.macros());
        for (Variable variable : variables) {
            if (variable.kind() == Variable.Kind.CHANGES) {
                builder.addMacros(Functions.changedMacro(variable.name()), Functions.changedColumnsMacro());
            }
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
        return builder;
    }

    /**
     * The same compiler, whose expressions can also read these tables: {@code lookup('countries', row.country).name}.
     *
     * @throws InvalidExpressionException if two tables have one name
     */
    public ExpressionCompiler withLookups(Collection<LookupTable> tables) {
        return new ExpressionCompiler(variables, rows, columns, functions, new LookupTables(tables));
    }

    /**
     * A condition. Its result must be boolean, if its type can be derived.
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
                compileEvaluator(ast, ast.getExpr()),
                createProgram(source, ast, ast.getExpr()),
                ExpressionPaths.findPaths(ast.getExpr(), variables),
                ExpressionPaths.findRequired(ast.getExpr(), variables),
                ExpressionPaths.findComparedTexts(ast.getExpr(), variables),
                findRequirements(ast));
    }

    /**
     * A value.
     *
     * @throws InvalidExpressionException with line, column and reason
     */
    public Expression expression(String source) {
        Optional<Path> known = Path.ofIdentifiers(source).filter(this::isKnown);
        if (known.isPresent()) {
            return pathExpression(known.get());
        }
        CelAbstractSyntaxTree ast = checkTypes(source);
        Optional<Path> path = ExpressionPaths.findPath(ast.getExpr(), indexes.keySet());
        if (path.isPresent() && kindOf(path.get()) != Variable.Kind.CHANGES) {
            return pathExpression(path.get());
        }
        Optional<ExpressionPaths.JsonPath> json = ExpressionPaths.findJsonPath(ast.getExpr(), indexes.keySet());
        if (json.isPresent()) {
            return new JsonPathExpression(
                    pathExpression(json.get().text()), json.get().inside());
        }
        Optional<LookupTables.RowRead> lookup = lookups.findRead(ast.getExpr());
        if (lookup.isPresent() && !ExpressionPaths.isTest(ast.getExpr())) {
            CelExpr key = lookup.get().key();
            return new LookupExpression(
                    lookup.get().table(),
                    lookup.get().field(),
                    compileEvaluator(ast, key),
                    createProgram(source, ast, key),
                    ExpressionPaths.findPaths(key, variables),
                    ExpressionPaths.findRequired(key, variables));
        }
        return new CelExpression(
                compileEvaluator(ast, ast.getExpr()),
                createProgram(source, ast, ast.getExpr()),
                ExpressionPaths.findPaths(ast.getExpr(), variables),
                ExpressionPaths.findRequired(ast.getExpr(), variables),
                ExpressionPaths.findTexts(ast.getExpr()),
                schemaOf(ast.getResultType()));
    }

    /** The value at a path, whose variable must be one of this compiler's. */
    public Expression expression(Path path) {
        return pathExpression(path);
    }

    /**
     * A list of named values: {@code name = expression, name: type = expression, name}. A bare name is the field of
     * that name of the shorthand variable. A name that is not an identifier is written in backticks. The grammar of a
     * type is
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
        return new FieldList(this, shorthandVariable, new StructureNames(Optional.empty()), false).parseFields(list);
    }

    /**
     * The same, and each structure that a type declares has a schema name of its own, made of the owner's and of the
     * fields on the way to it: {@code SiteChanged_apps}. A field of an optional declared type that only follows a path is null
     * in a record without a field of that name, as in a row from before its column was added.
     *
     * @param owner the schema name of what the fields are of
     */
    public List<Field> fields(String list, String shorthandVariable, String owner) {
        return new FieldList(this, shorthandVariable, new StructureNames(Optional.of(owner)), true).parseFields(list);
    }

    /** Whether CEL's compiler would accept a path: it is into data without known types, or is a column that the rows have. */
    private boolean isKnown(Path path) {
        if (!indexes.containsKey(path.variable()) || kindOf(path) != Variable.Kind.DATA) {
            return false;
        }
        return !rows.contains(path.variable())
                || (path.steps().size() == 1 && columns.containsKey(path.steps().get(0)));
    }

    private PathExpression pathExpression(Path path) {
        return new PathExpression(Objects.requireNonNull(indexes.get(path.variable())), path, kindOf(path));
    }

    private Variable.Kind kindOf(Path path) {
        return variables
                .get(Objects.requireNonNull(indexes.get(path.variable())))
                .kind();
    }

    CelAbstractSyntaxTree checkTypes(String source) {
        CelExpr root = CelExpr.newBuilder().build();
        try {
            CelAbstractSyntaxTree written = compiler.get().parse(source).getAst();
            boolean ofDecimals = DecimalFunctions.areCalled(written.getExpr());
            CelAbstractSyntaxTree parsed = ColumnSelections.replaceIndexes(
                    written, rows, ofDecimals || LimitFunctions.areCalled(written.getExpr()));
            root = parsed.getExpr();
            Map<String, ColumnType> tested = new HashMap<>(columns);
            ExpressionPaths.findTested(parsed.getExpr(), rows)
                    .forEach(column -> tested.putIfAbsent(column.steps().get(0), ColumnType.UNKNOWN));
            if (tested.size() > columns.size()) {
                // A column that the expression tests for with has() need not exist now.
                return new ExpressionCompiler(variables, rows, tested, functions, lookups).checkTypes(source);
            }
            CelAbstractSyntaxTree ast = (ofDecimals ? decimalCompiler : compiler)
                    .get()
                    .check(parsed)
                    .getAst();
            ExpressionPaths.refuseComparisonOfDataWithNull(ast.getExpr(), variables);
            lookups.refuseComparisonOfRowsWithNull(ast.getExpr());
            return ast;
        } catch (CelValidationException e) {
            CelIssue issue = e.getErrors().get(0);
            throw new InvalidExpressionException("\"" + source + "\", line "
                    + issue.getSourceLocation().getLine() + ", column "
                    + (issue.getSourceLocation().getColumn() + 1) + ": "
                    + lookups.findFields(root, issue.getExprId())
                            .flatMap(fields -> CompilerMessage.translateField(issue.getMessage(), fields))
                            .orElseGet(() ->
                                    CompilerMessage.translate(issue.getMessage(), knownNames(), columns.keySet())));
        }
    }

    private Set<String> knownNames() {
        Set<String> names = new HashSet<>();
        variables.stream()
                .filter(variable -> variable.kind() != Variable.Kind.CHANGES)
                .forEach(variable -> names.add(variable.name()));
        Functions.ALL_DECLARATIONS.forEach(function -> names.add(function.name()));
        DecimalFunctions.DECLARATIONS.forEach(function -> names.add(function.name()));
        functions.forEach(function -> names.add(function.name()));
        names.addAll(STANDARD_FUNCTIONS);
        names.add(LookupTables.LOOKUP);
        names.add(LookupTables.FOUND);
        if (variables.stream().anyMatch(variable -> variable.kind() == Variable.Kind.CHANGES)) {
            names.add("changed");
        }
        return names;
    }

    Evaluator compileEvaluator(CelAbstractSyntaxTree ast, CelExpr part) {
        return new EvaluatorCompiler(ast, variables, indexes, lookups)
                .compile(part)
                .orElse(scope -> Evaluator.UNDECIDED);
    }

    List<RequiredText> findRequirements(CelAbstractSyntaxTree ast) {
        return new EvaluatorCompiler(ast, variables, indexes, lookups).requirements();
    }

    CelProgram createProgram(String source, CelAbstractSyntaxTree ast, CelExpr part) {
        CelNodeCompiler nodes = new CelNodeCompiler(ast, variables, indexes, lookups, CALLS);
        try {
            CelNode root = nodes.compile(part);
            return new CelProgram(source, root, nodes.slots());
        } catch (InvalidExpressionException e) {
            throw new InvalidExpressionException("\"" + source + "\": " + e.getMessage());
        }
    }

    /** The Connect schema for CEL's type, optional because any part of a record can be null; null if it is dynamic. */
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
