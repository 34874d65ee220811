package io.millrace.connectors.projection.kind.upsert;

import static io.millrace.connectors.projection.kind.CommonOptions.DELETE_WHEN;
import static io.millrace.connectors.projection.kind.CommonOptions.KEY;
import static io.millrace.connectors.projection.kind.CommonOptions.KEY_COLLATION;
import static io.millrace.connectors.projection.kind.CommonOptions.ON_DELETE;
import static io.millrace.connectors.projection.kind.CommonOptions.ON_TOMBSTONE;
import static io.millrace.connectors.projection.kind.CommonOptions.ON_UNMATCHED;
import static io.millrace.connectors.projection.kind.CommonOptions.PARTIAL_COLUMNS;
import static io.millrace.connectors.projection.kind.CommonOptions.REVISION;
import static io.millrace.connectors.projection.kind.CommonOptions.TABLE;
import static io.millrace.connectors.projection.kind.CommonOptions.TOPICS;
import static io.millrace.connectors.projection.kind.CommonOptions.TRUNCATE_WHEN;
import static io.millrace.connectors.projection.kind.CommonOptions.UNAVAILABLE_VALUE;
import static io.millrace.connectors.projection.kind.CommonOptions.WHEN;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.kind.CommonOptions.DeletedRows;
import io.millrace.connectors.projection.kind.Deletions;
import io.millrace.connectors.projection.kind.ProjectionBasics;
import io.millrace.connectors.projection.kind.ProjectionSettings;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.table.TableName;
import java.util.Optional;
import java.util.function.Consumer;

/** The options of the kind {@code upsert}. */
final class UpsertOptions {
    static final Option<String> DELETED_COLUMN = Option.string("deleted.column")
            .medium("For on.delete=mark: the column that marks a deleted row. A boolean or whole number is true or 1 "
                    + "for a deleted row, and false or 0 otherwise; a time is the delete event's timestamp, and "
                    + "null otherwise.");

    static final Option<TableName> TRUNCATIONS_TABLE = CommonOptions.tableName("truncations.table")
            .low(
                    "For upsert, with truncate.when and revision: the table that keeps the highest revision up to which the "
                            + "view was emptied, so that an older event that arrives later writes no row; created if it is "
                            + "missing. Default: the view's name followed by _truncations.");

    static final OptionSet ALL = OptionSet.of(
            TOPICS,
            TABLE,
            WHEN,
            KEY,
            PARTIAL_COLUMNS,
            KEY_COLLATION,
            UNAVAILABLE_VALUE,
            DELETE_WHEN,
            TRUNCATE_WHEN,
            TRUNCATIONS_TABLE,
            REVISION,
            ON_DELETE,
            DELETED_COLUMN,
            ON_TOMBSTONE,
            ON_UNMATCHED);

    private UpsertOptions() {}

    static UpsertDefinition define(UpsertKind kind, ProjectionSettings settings) {
        ProjectionBasics basics = ProjectionBasics.of(kind, settings, WHEN, KEY);
        return new UpsertDefinition(
                basics,
                settings.get(PARTIAL_COLUMNS),
                Deletions.of(settings),
                findText(settings, REVISION),
                marks(settings) ? findText(settings, DELETED_COLUMN) : Optional.empty(),
                settings.find(TRUNCATIONS_TABLE).orElseGet(() -> basics.table().withSuffix("_truncations")));
    }

    static void checkTruncations(ProjectionSettings settings, Consumer<Problem> problems) {
        settings.require(
                !settings.isSet(TRUNCATIONS_TABLE) || (settings.isSet(TRUNCATE_WHEN) && settings.isSet(REVISION)),
                TRUNCATIONS_TABLE,
                "only with truncate.when and revision",
                problems);
    }

    static void checkMark(ProjectionSettings settings, Consumer<Problem> problems) {
        boolean marks = marks(settings);
        settings.require(
                marks == settings.isSet(DELETED_COLUMN),
                DELETED_COLUMN,
                marks ? "on.delete=mark needs a column to set" : "only with on.delete=mark",
                problems);
    }

    private static boolean marks(ProjectionSettings settings) {
        return settings.get(ON_DELETE) == DeletedRows.MARK;
    }

    private static Optional<String> findText(ProjectionSettings settings, Option<String> option) {
        return settings.find(option).filter(text -> !text.isBlank());
    }
}
