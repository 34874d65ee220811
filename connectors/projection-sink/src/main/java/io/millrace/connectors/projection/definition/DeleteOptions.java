package io.millrace.connectors.projection.definition;

import io.millrace.connectors.projection.definition.ProjectionDefinition.Deletes;
import io.millrace.connectors.projection.definition.ProjectionDefinition.Kind;
import io.millrace.connectors.projection.definition.ProjectionDefinition.Tombstones;
import io.millrace.expressions.Field;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** The options that say which record is newer than a row, and what becomes of a row that is deleted. */
final class DeleteOptions {
    private DeleteOptions() {}

    static void define(ProjectionOptions.Options options) {
        options.define(
                ProjectionOptions.REVISION,
                ConfigDef.Type.STRING,
                null,
                null,
                Importance.MEDIUM,
                "For upsert: one of the columns, a whole number, a decimal or a moment. An event with a lower revision than"
                        + " the row's changes nothing, whatever order events come in.");
        options.define(
                ProjectionOptions.ON_DELETE,
                ConfigDef.Type.STRING,
                "row",
                ValidString.in("row", "mark"),
                Importance.MEDIUM,
                "row: a delete event deletes the row. mark: it sets deleted.column, so that the row's revision stays and an"
                        + " older event cannot bring the row back. mark is for upsert alone.");
        options.define(
                ProjectionOptions.DELETED_COLUMN,
                ConfigDef.Type.STRING,
                null,
                null,
                Importance.MEDIUM,
                "For on.delete=mark: the column that says that the row is deleted. A boolean or whole number is true or 1"
                        + " then, and false or 0 else; a moment is the delete event's timestamp, and null else.");
        options.define(
                ProjectionOptions.ON_TOMBSTONE,
                ConfigDef.Type.STRING,
                "delete",
                ValidString.in("delete", "ignore", "fail"),
                Importance.LOW,
                "What a record without a value does: delete the row or the group, nothing, or be refused.");
        options.define(
                ProjectionOptions.ON_UNMATCHED,
                ConfigDef.Type.STRING,
                "ignore",
                ValidString.in("ignore", "delete"),
                Importance.LOW,
                "What a record does that when does not hold for: nothing, or delete the row or the group, so that the view"
                        + " has only rows whose last event matches.");
    }

    static Optional<String> revision(AbstractConfig config, String projection) {
        return optional(config, projection, ProjectionOptions.REVISION);
    }

    static Deletes deletes(AbstractConfig config, String projection) {
        return new Deletes(
                "mark".equals(text(config, projection, ProjectionOptions.ON_DELETE))
                        ? optional(config, projection, ProjectionOptions.DELETED_COLUMN)
                        : Optional.empty(),
                Tombstones.valueOf(
                        text(config, projection, ProjectionOptions.ON_TOMBSTONE).toUpperCase(Locale.ROOT)),
                "delete".equals(text(config, projection, ProjectionOptions.ON_UNMATCHED)));
    }

    /** What can be wrong although each option by itself is right. */
    static void check(AbstractConfig config, ProjectionDefinition definition, Consumer<Problem> problems) {
        String projection = definition.name();
        boolean mark = "mark".equals(text(config, projection, ProjectionOptions.ON_DELETE));
        Optional<String> deleted = optional(config, projection, ProjectionOptions.DELETED_COLUMN);
        if (mark != deleted.isPresent()) {
            problems.accept(new Problem(
                    definition.option(ProjectionOptions.DELETED_COLUMN),
                    mark ? "on.delete=mark needs a column to set" : "only with on.delete=mark"));
        }
        if (mark && definition.kind() != Kind.UPSERT) {
            problems.accept(new Problem(definition.option(ProjectionOptions.ON_DELETE), "mark is for upsert alone"));
        }
        if (deleted.isPresent() && names(definition).anyMatch(deleted.get()::equalsIgnoreCase)) {
            problems.accept(new Problem(
                    definition.option(ProjectionOptions.DELETED_COLUMN),
                    "the column is written by the projection's lists already"));
        }
        if (definition.kind() == Kind.APPEND && definition.deletes().tombstones() != Tombstones.DELETE) {
            problems.accept(new Problem(
                    definition.option(ProjectionOptions.ON_TOMBSTONE), "not for append, which takes no tombstones"));
        }
        if (definition.kind() == Kind.APPEND && definition.deletes().onUnmatched()) {
            problems.accept(new Problem(
                    definition.option(ProjectionOptions.ON_UNMATCHED), "not for append, which deletes nothing"));
        }
        definition.revision().ifPresent(column -> checkRevision(definition, column, problems));
        if (definition.deletes().onUnmatched() && definition.when().isEmpty()) {
            problems.accept(
                    new Problem(definition.option(ProjectionOptions.ON_UNMATCHED), "only with a condition in when"));
        }
    }

    private static void checkRevision(ProjectionDefinition definition, String column, Consumer<Problem> problems) {
        String option = definition.option(ProjectionOptions.REVISION);
        if (definition.kind() != Kind.UPSERT) {
            problems.accept(new Problem(
                    option,
                    definition.kind() == Kind.EXPLODE
                            ? "only for upsert: an array that empties its group leaves no row that an older array could"
                                    + " be compared with. Keep the events of a group in one partition, in their order"
                            : "only for upsert"));
        } else if (definition.columns().stream().map(Field::name).noneMatch(column::equals)) {
            problems.accept(new Problem(
                    option,
                    "expected one of " + definition.option(ProjectionOptions.COLUMNS) + ": "
                            + definition.columns().stream().map(Field::name).toList()));
        }
    }

    private static Stream<String> names(ProjectionDefinition definition) {
        return Stream.concat(definition.rowKey().stream(), definition.columns().stream())
                .map(Field::name);
    }

    private static Optional<String> optional(AbstractConfig config, String projection, String suffix) {
        return Optional.ofNullable(text(config, projection, suffix)).filter(text -> !text.isBlank());
    }

    private static String text(AbstractConfig config, String projection, String suffix) {
        return config.getString(ProjectionOptions.name(projection, suffix));
    }
}
