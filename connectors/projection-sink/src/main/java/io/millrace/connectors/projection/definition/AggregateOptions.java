package io.millrace.connectors.projection.definition;

import static io.millrace.connectors.projection.definition.ProjectionOptions.name;

import io.millrace.connectors.projection.table.AggregateFunction;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.expressions.Condition;
import io.millrace.expressions.Expression;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Field;
import io.millrace.expressions.InvalidExpressionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** The options of a projection that only the kind {@code aggregate} has. */
final class AggregateOptions {
    static final String MEMBER_KEY = "member.key";
    static final String MEMBERS_TABLE = "members.table";
    static final String BEFORE = "before";
    static final String AFTER = "after";
    static final String EMPTY_GROUPS = "empty.groups";
    static final String COMPLETE_WHEN = "complete.when";
    static final String COMPLETE_COLUMN = "complete.column";
    static final String COMPLETE_TABLE = "complete.table";
    static final String COMPLETE_COLUMNS = "complete.columns";

    static final List<String> SUFFIXES = List.of(
            MEMBER_KEY,
            MEMBERS_TABLE,
            BEFORE,
            AFTER,
            EMPTY_GROUPS,
            COMPLETE_WHEN,
            COMPLETE_COLUMN,
            COMPLETE_TABLE,
            COMPLETE_COLUMNS);

    private static final String RECORD_SHORTHAND = "value";
    private static final String GROUP_SHORTHAND = "group";

    private AggregateOptions() {}

    static void define(ProjectionOptions.Options options) {
        options.define(
                MEMBER_KEY,
                ConfigDef.Type.STRING,
                "",
                ProjectionOptions.text(
                        "a list of column = expression",
                        list -> fields(ProjectionVariables.RECORD, list, RECORD_SHORTHAND)),
                Importance.HIGH,
                "For aggregate: what tells those apart that contribute to groups, as a list of column = expression. A"
                        + " record then replaces what its member contributed before. Without it each record contributes"
                        + " once and for all. Where tombstones are to take a contribution back, it must come from key"
                        + " alone.");
        options.define(
                MEMBERS_TABLE,
                ConfigDef.Type.STRING,
                null,
                ProjectionOptions.text("table, database.table or schema.table", TableName::parse),
                Importance.MEDIUM,
                "For aggregate: the table that keeps what each member contributes; created if it is missing. The view's"
                        + " name with _members behind it, if nothing is said.");
        options.define(
                BEFORE,
                ConfigDef.Type.STRING,
                null,
                ProjectionOptions.text("an expression in CEL", ProjectionVariables.RECORD::expression),
                Importance.MEDIUM,
                "For aggregate: the state that a record replaces, e.g. value.before, where records have it; null where"
                        + " there was none. Key, columns and when are then asked of it too, as state, and what it"
                        + " contributed is taken back.");
        options.define(
                AFTER,
                ConfigDef.Type.STRING,
                null,
                ProjectionOptions.text("an expression in CEL", ProjectionVariables.RECORD::expression),
                Importance.MEDIUM,
                "For aggregate, with before: the state that a record brings, e.g. value.after; null where there is none."
                        + " The whole value, if nothing is said.");
        options.define(
                EMPTY_GROUPS,
                ConfigDef.Type.STRING,
                "delete",
                ValidString.in("delete", "keep"),
                Importance.LOW,
                "For aggregate: what becomes of the row of a group that nothing contributes to any more.");
        options.define(
                COMPLETE_WHEN,
                ConfigDef.Type.STRING,
                null,
                ProjectionOptions.text("a condition in CEL", ProjectionVariables.GROUPS::condition),
                Importance.MEDIUM,
                "For aggregate: a condition in CEL over group, the group's row, and over the last record that"
                        + " contributed to it. When it holds for the first time, a row is added to an outbox.");
        options.define(
                COMPLETE_COLUMN,
                ConfigDef.Type.STRING,
                "completed_at",
                null,
                Importance.LOW,
                "For aggregate: the column of the view that says since when the group is complete. It has to take null.");
        options.define(
                COMPLETE_TABLE,
                ConfigDef.Type.STRING,
                null,
                ProjectionOptions.text("table, database.table or schema.table", TableName::parse),
                Importance.MEDIUM,
                "For aggregate: the outbox.");
        options.define(
                COMPLETE_COLUMNS,
                ConfigDef.Type.STRING,
                "",
                ProjectionOptions.text(
                        "a list of column = expression",
                        list -> fields(ProjectionVariables.GROUPS, list, GROUP_SHORTHAND)),
                Importance.MEDIUM,
                "For aggregate: the columns of the outbox as a list of column = expression; a bare name is the column of"
                        + " that name of the group.");
    }

    /**
     * What is special to this aggregating projection.
     *
     * @param key its key
     * @param columns its columns
     * @param functions what each of them says
     */
    static AggregateDefinition definition(
            AbstractConfig config,
            String projection,
            List<Field> key,
            List<Field> columns,
            List<AggregateFunction> functions) {
        TableName view = TableName.parse(config.getString(name(projection, ProjectionOptions.TABLE)));
        List<String> group = new ArrayList<>();
        key.forEach(field -> group.add(field.name()));
        columns.forEach(field -> group.add(field.name()));
        String completeColumn = config.getString(name(projection, COMPLETE_COLUMN));
        group.add(completeColumn);
        ExpressionCompiler compiler = ProjectionVariables.groups(group);
        return new AggregateDefinition(
                functions,
                fields(ProjectionVariables.RECORD, config.getString(name(projection, MEMBER_KEY)), RECORD_SHORTHAND),
                text(config, projection, MEMBERS_TABLE)
                        .map(TableName::parse)
                        .orElseGet(() -> new TableName(view.database(), view.table() + "_members")),
                expression(config, projection, BEFORE),
                expression(config, projection, AFTER),
                "keep".equals(config.getString(name(projection, EMPTY_GROUPS))),
                text(config, projection, COMPLETE_WHEN).map(source -> {
                    Condition when = named(projection, COMPLETE_WHEN, () -> compiler.condition(source));
                    String columnList = config.getString(name(projection, COMPLETE_COLUMNS));
                    return new AggregateDefinition.Completed(
                            when,
                            completeColumn,
                            text(config, projection, COMPLETE_TABLE)
                                    .map(TableName::parse)
                                    .orElse(view),
                            named(projection, COMPLETE_COLUMNS, () -> fields(compiler, columnList, GROUP_SHORTHAND)));
                }));
    }

    /** What can be wrong although each option by itself is right, of a projection of this kind. */
    static void check(AbstractConfig config, String projection, Consumer<Problem> problems) {
        Checks checks = new Checks(config, projection, problems);
        boolean members = checks.isSet(MEMBER_KEY);
        boolean before = checks.isSet(BEFORE);
        boolean complete = checks.isSet(COMPLETE_WHEN);
        if (!checks.isSet(ProjectionOptions.COLUMNS)) {
            checks.add(ProjectionOptions.COLUMNS, "a projection of kind aggregate needs at least one aggregate");
        }
        if (!members) {
            String reason = "only with member.key, which says whose contribution is taken back";
            checks.require(!checks.isSet(ProjectionOptions.DELETE_WHEN), ProjectionOptions.DELETE_WHEN, reason);
            checks.require(
                    !"delete".equals(config.getString(name(projection, ProjectionOptions.ON_UNMATCHED))),
                    ProjectionOptions.ON_UNMATCHED,
                    reason);
            checks.require(!checks.isSet(MEMBERS_TABLE), MEMBERS_TABLE, "only with member.key");
        }
        checks.require(
                !(members && before), BEFORE, "not with member.key: the members' table says what a record replaces");
        checks.require(before || !checks.isSet(AFTER), AFTER, "only with before");
        for (String suffix : List.of(COMPLETE_TABLE, COMPLETE_COLUMNS)) {
            checks.require(
                    complete == checks.isSet(suffix),
                    suffix,
                    complete ? "needed with complete.when" : "only with complete.when");
        }
    }

    /** What can be wrong with the aggregates themselves. */
    static void check(ProjectionDefinition definition, Consumer<Problem> problems) {
        AggregateDefinition aggregate = definition.aggregate().orElseThrow();
        boolean before = aggregate.before().isPresent();
        for (int i = 0; i < aggregate.functions().size(); i++) {
            AggregateFunction function = aggregate.functions().get(i);
            String column = definition.columns().get(i).name();
            if (function == AggregateFunction.DISTINCT && !aggregate.hasMembers()) {
                problems.accept(new Problem(
                        definition.option(MEMBER_KEY),
                        "needed for distinct in the column " + column + ", which has to know who contributed what"));
            }
            if (function.extreme() && before) {
                problems.accept(new Problem(
                        definition.option(MEMBER_KEY),
                        "needed instead of before for min or max in the column " + column
                                + ", because a difference does not say what comes next"));
            }
        }
        if (before && !aggregate.keepsEmpty() && !aggregate.functions().contains(AggregateFunction.COUNT_ALL)) {
            problems.accept(new Problem(
                    definition.option(ProjectionOptions.COLUMNS),
                    "expected a column = count(), which says that a group is empty, or empty.groups = keep"));
        }
    }

    private static Optional<Expression> expression(AbstractConfig config, String projection, String suffix) {
        return text(config, projection, suffix).map(ProjectionVariables.RECORD::expression);
    }

    private static Optional<String> text(AbstractConfig config, String projection, String suffix) {
        return Optional.ofNullable(config.getString(name(projection, suffix)));
    }

    private static List<Field> fields(ExpressionCompiler compiler, String list, String shorthand) {
        return list.isBlank() ? List.of() : compiler.fields(list, shorthand);
    }

    /** Only here are the group's columns known, so a misspelt one is found here. */
    private static <T> T named(String projection, String suffix, Supplier<T> compile) {
        try {
            return compile.get();
        } catch (InvalidExpressionException e) {
            throw new ProblemException(new Problem(name(projection, suffix), e.getMessage()));
        }
    }

    /** A problem that leaves no definition to check any further. */
    static final class ProblemException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Problem problem;

        private ProblemException(Problem problem) {
            super(problem.option() + ": " + problem.reason());
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }

    private record Checks(AbstractConfig config, String projection, Consumer<Problem> problems) {
        private boolean isSet(String suffix) {
            String value = config.getString(name(projection, suffix));
            return value != null && !value.isBlank();
        }

        private void require(boolean holds, String suffix, String reason) {
            if (!holds) {
                add(suffix, reason);
            }
        }

        private void add(String suffix, String reason) {
            problems.accept(new Problem(name(projection, suffix), reason));
        }
    }
}
