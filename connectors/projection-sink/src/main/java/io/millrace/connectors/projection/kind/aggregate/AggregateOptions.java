package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.kind.Deletions;
import io.millrace.connectors.projection.kind.ProjectionBasics;
import io.millrace.connectors.projection.kind.ProjectionSettings;
import io.millrace.connectors.projection.kind.aggregate.AggregateColumns.Aggregate;
import io.millrace.connectors.projection.requirement.Problem;
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

/** The options of the kind {@code aggregate}. */
final class AggregateOptions {
    static final Option<Condition> WHEN =
            CommonOptions.ofExpressions(compilers -> CommonOptions.when(compilers.states()));
    static final Option<List<Field>> KEY =
            CommonOptions.ofExpressions(compilers -> CommonOptions.key(compilers.states(), "state"));

    static final Option<List<Aggregate>> COLUMNS = CommonOptions.ofExpressions(compilers -> CommonOptions.columnsText()
            .as("a list of column = aggregate", list -> AggregateColumns.parse(compilers.states(), list)));

    static final Option<List<Field>> MEMBER_KEY = CommonOptions.ofExpressions(
                    compilers -> CommonOptions.fields("member.key", compilers.record(), "value"))
            .high("For aggregate: the columns that identify a member of a group, as a list of column = expression. A "
                    + "record then replaces the previous contribution of its member. If it is not set, each record "
                    + "contributes once. If tombstones are to remove a contribution, it must use only key.");

    static final Option<TableName> MEMBERS_TABLE = CommonOptions.tableName("members.table")
            .medium("For aggregate: the table that keeps the contribution of each member; created if it is missing. "
                    + "Default: the view's name followed by _members.");

    static final Option<Expression> BEFORE = CommonOptions.expression("before")
            .medium("For aggregate: the state that a record replaces, e.g. value.before, if records contain it; null "
                    + "if there was none. Key, columns and when are then evaluated for it too, as state, and its "
                    + "contribution is removed.");

    static final Option<Expression> AFTER = CommonOptions.expression("after")
            .medium("For aggregate, with before: the new state in a record, e.g. value.after; null if there is none. "
                    + "Default: the whole value.");

    static final Option<EmptyGroups> EMPTY_GROUPS = Option.choice("empty.groups", EmptyGroups.class)
            .defaultTo("delete")
            .low("For aggregate: whether the row of a group without contributions is deleted or kept.");

    /** Parsed again when the group's columns are determined. */
    static final Option<String> COMPLETE_WHEN = CommonOptions.ofExpressions(compilers ->
                    Option.string("complete.when").valid("a condition in CEL", compilers.groups()::condition))
            .medium("For aggregate: a condition in CEL over group, the group's row, and over the last record that "
                    + "contributed to it. When it holds for the first time, a row is added to an outbox.");

    static final Option<String> COMPLETE_COLUMN = Option.string("complete.column")
            .defaultTo("completed_at")
            .low("For aggregate: the column of the view for the time since which the group is complete. It must be "
                    + "nullable.");

    static final Option<TableName> COMPLETE_TABLE =
            CommonOptions.tableName("complete.table").medium("For aggregate: the outbox.");

    /** Parsed again when the group's columns are determined. */
    static final Option<String> COMPLETE_COLUMNS = CommonOptions.ofExpressions(
                    compilers -> Option.string("complete.columns")
                            .defaultTo("")
                            .valid(CommonOptions.COLUMN_LIST, list -> parseOutbox(compilers.groups(), list)))
            .medium("For aggregate: the columns of the outbox as a list of column = expression; a bare name is the "
                    + "column of that name of the group.");

    static final OptionSet ALL = OptionSet.of(
            CommonOptions.TOPICS,
            CommonOptions.TABLE,
            WHEN,
            KEY,
            COLUMNS,
            CommonOptions.KEY_COLLATION,
            CommonOptions.UNAVAILABLE_VALUE,
            CommonOptions.DELETE_WHEN,
            CommonOptions.TRUNCATE_WHEN,
            MEMBER_KEY,
            MEMBERS_TABLE,
            BEFORE,
            AFTER,
            EMPTY_GROUPS,
            COMPLETE_WHEN,
            COMPLETE_COLUMN,
            COMPLETE_TABLE,
            COMPLETE_COLUMNS,
            CommonOptions.ON_TOMBSTONE,
            CommonOptions.ON_UNMATCHED);

    /** The treatment of the row of a group without contributions. */
    enum EmptyGroups {
        DELETE,
        KEEP
    }

    private AggregateOptions() {}

    static AggregateDefinition define(AggregateKind kind, ProjectionSettings settings) {
        ProjectionBasics basics = ProjectionBasics.of(kind, settings, WHEN, KEY);
        List<Aggregate> aggregates = settings.get(COLUMNS);
        TableName view = basics.table();
        return new AggregateDefinition(
                basics,
                aggregates,
                Deletions.of(settings),
                settings.get(MEMBER_KEY),
                settings.find(MEMBERS_TABLE).orElseGet(() -> view.withSuffix("_members")),
                settings.find(BEFORE),
                settings.find(AFTER),
                settings.get(EMPTY_GROUPS) == EmptyGroups.KEEP,
                settings.find(COMPLETE_WHEN).map(when -> defineCompletion(settings, when)));
    }

    private static AggregateDefinition.Completed defineCompletion(ProjectionSettings settings, String when) {
        ExpressionCompiler compiler = groupCompiler(settings);
        return new AggregateDefinition.Completed(
                compiler.condition(when),
                settings.get(COMPLETE_COLUMN),
                settings.find(COMPLETE_TABLE).orElse(settings.get(CommonOptions.TABLE)),
                parseOutbox(compiler, settings.get(COMPLETE_COLUMNS)));
    }

    /** For expressions over a group with the columns of the view. */
    private static ExpressionCompiler groupCompiler(ProjectionSettings settings) {
        List<String> group = new ArrayList<>();
        settings.get(KEY).forEach(field -> group.add(field.name()));
        settings.get(COLUMNS).forEach(aggregate -> group.add(aggregate.field().name()));
        group.add(settings.get(COMPLETE_COLUMN));
        return settings.compilers().groups(group);
    }

    /** Checks that need several options, each of which is valid by itself; whether a definition can be made. */
    static boolean checkOptions(ProjectionSettings settings, Consumer<Problem> problems) {
        boolean members = settings.isSet(MEMBER_KEY);
        boolean before = settings.isSet(BEFORE);
        boolean complete = settings.isSet(COMPLETE_WHEN);
        settings.require(
                settings.isSet(COLUMNS),
                COLUMNS,
                "a projection of kind aggregate needs at least one aggregate",
                problems);
        if (!members) {
            String reason = "only with member.key, which identifies the contribution to remove";
            settings.require(!settings.isSet(CommonOptions.DELETE_WHEN), CommonOptions.DELETE_WHEN, reason, problems);
            settings.require(
                    settings.get(CommonOptions.ON_UNMATCHED) != CommonOptions.Unmatched.DELETE,
                    CommonOptions.ON_UNMATCHED,
                    reason,
                    problems);
            settings.require(!settings.isSet(MEMBERS_TABLE), MEMBERS_TABLE, "only with member.key", problems);
        }
        settings.require(
                !(members && before),
                BEFORE,
                "not with member.key: the members' table states what a record replaces",
                problems);
        settings.require(before || !settings.isSet(AFTER), AFTER, "only with before", problems);
        if (before) {
            for (Option<?> option : List.of(WHEN, KEY, COLUMNS)) {
                settings.require(
                        !settings.readsTables(option),
                        option,
                        "no lookups with before: a table may have changed since the earlier state was counted, and its"
                                + " contribution would not be removed. Use member.key instead",
                        problems);
            }
        }
        settings.require(
                !(complete && settings.isSet(CommonOptions.TRUNCATE_WHEN)),
                CommonOptions.TRUNCATE_WHEN,
                "not with complete.when: a complete group keeps its row, and a group that is emptied and filled again"
                        + " would be announced again",
                problems);
        for (Option<?> option : List.of(COMPLETE_TABLE, COMPLETE_COLUMNS)) {
            settings.require(
                    complete == settings.isSet(option),
                    option,
                    complete ? "needed with complete.when" : "only with complete.when",
                    problems);
        }
        return !complete || checkGroupColumns(settings, problems);
    }

    /** Only here are the group's columns available, so a misspelt one is detected here. */
    private static boolean checkGroupColumns(ProjectionSettings settings, Consumer<Problem> problems) {
        ExpressionCompiler compiler = groupCompiler(settings);
        Optional<String> whenReason =
                findReason(() -> settings.find(COMPLETE_WHEN).ifPresent(compiler::condition));
        Optional<String> columnsReason = findReason(() -> parseOutbox(compiler, settings.get(COMPLETE_COLUMNS)));
        whenReason.ifPresent(reason -> problems.accept(new Problem(settings.nameOf(COMPLETE_WHEN), reason)));
        columnsReason.ifPresent(reason -> problems.accept(new Problem(settings.nameOf(COMPLETE_COLUMNS), reason)));
        return whenReason.isEmpty() && columnsReason.isEmpty();
    }

    private static Optional<String> findReason(Runnable compilation) {
        try {
            compilation.run();
            return Optional.empty();
        } catch (InvalidExpressionException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static List<Field> parseOutbox(ExpressionCompiler compiler, String list) {
        return ProjectionBasics.parseFields(compiler, list, "group");
    }
}
