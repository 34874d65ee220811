package io.millrace.connectors.projection.kind.append;

import io.millrace.config.OptionSet;
import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.kind.ProjectionBasics;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.kind.ProjectionKind;
import io.millrace.connectors.projection.kind.ProjectionSettings;
import io.millrace.connectors.projection.requirement.Problem;
import java.util.Map;
import java.util.function.Consumer;

/** {@code append}: a record adds a row and never changes one. */
public final class AppendKind implements ProjectionKind {
    private static final OptionSet OPTIONS = OptionSet.of(
            CommonOptions.TOPICS,
            CommonOptions.TABLE,
            CommonOptions.WHEN,
            CommonOptions.KEY,
            CommonOptions.COLUMNS,
            CommonOptions.KEY_COLLATION,
            CommonOptions.UNAVAILABLE_VALUE,
            CommonOptions.TRUNCATE_WHEN);

    @Override
    public String name() {
        return "append";
    }

    @Override
    public String description() {
        return "an event adds a row, which never changes.";
    }

    @Override
    public OptionSet options() {
        return OPTIONS;
    }

    @Override
    public Map<String, String> refusals() {
        return Map.of(
                CommonOptions.DELETE_WHEN.name(), "rows never change",
                CommonOptions.ON_UNMATCHED.name(), "rows never change",
                CommonOptions.ON_TOMBSTONE.name(), "a tombstone adds no row");
    }

    @Override
    public boolean checkOptions(ProjectionSettings settings, Consumer<Problem> problems) {
        return true;
    }

    @Override
    public ProjectionDefinition define(ProjectionSettings settings) {
        return new AppendDefinition(
                ProjectionBasics.of(this, settings, CommonOptions.WHEN, CommonOptions.KEY),
                settings.get(CommonOptions.COLUMNS));
    }
}
