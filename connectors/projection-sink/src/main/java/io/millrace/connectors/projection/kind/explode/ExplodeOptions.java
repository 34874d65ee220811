package io.millrace.connectors.projection.kind.explode;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.kind.Deletions;
import io.millrace.connectors.projection.kind.ProjectionBasics;
import io.millrace.connectors.projection.kind.ProjectionSettings;
import io.millrace.expressions.Expression;
import io.millrace.expressions.Field;
import java.util.List;

/** The options of the kind {@code explode}. */
final class ExplodeOptions {
    static final Option<List<Field>> COLUMNS =
            CommonOptions.ofExpressions(compilers -> CommonOptions.columns(compilers.elements()));

    static final Option<Expression> ELEMENTS = CommonOptions.expression("elements")
            .medium("For explode: the array. A null or missing array has no elements.");

    static final Option<List<Field>> ELEMENT_KEY = CommonOptions.ofExpressions(
                    compilers -> CommonOptions.fields("element.key", compilers.elements(), "element"))
            .medium("For explode: the columns that distinguish an element's row in its group, as a list of column = "
                    + "expression; a bare name is the field of that name of the element.");

    static final OptionSet ALL = OptionSet.of(
            CommonOptions.TOPICS,
            CommonOptions.TABLE,
            CommonOptions.WHEN,
            CommonOptions.KEY,
            COLUMNS,
            CommonOptions.KEY_COLLATION,
            CommonOptions.UNAVAILABLE_VALUE,
            CommonOptions.DELETE_WHEN,
            CommonOptions.TRUNCATE_WHEN,
            ELEMENTS,
            ELEMENT_KEY,
            CommonOptions.ON_TOMBSTONE,
            CommonOptions.ON_UNMATCHED);

    private ExplodeOptions() {}

    static ExplodeDefinition define(ExplodeKind kind, ProjectionSettings settings) {
        return new ExplodeDefinition(
                ProjectionBasics.of(kind, settings, CommonOptions.WHEN, CommonOptions.KEY),
                settings.get(COLUMNS),
                settings.get(ELEMENTS),
                settings.get(ELEMENT_KEY),
                Deletions.of(settings));
    }
}
