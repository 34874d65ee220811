package io.millrace.connectors.projection.kind.upsert;

import io.millrace.config.OptionSet;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.kind.ProjectionKind;
import io.millrace.connectors.projection.kind.ProjectionSettings;
import io.millrace.connectors.projection.requirement.Problem;
import java.util.Map;
import java.util.function.Consumer;

/** {@code upsert}: a record writes or deletes a row. */
public final class UpsertKind implements ProjectionKind {
    @Override
    public String name() {
        return "upsert";
    }

    @Override
    public String description() {
        return "an event writes or deletes a row.";
    }

    @Override
    public OptionSet options() {
        return UpsertOptions.ALL;
    }

    @Override
    public Map<String, String> refusals() {
        return Map.of();
    }

    @Override
    public boolean checkOptions(ProjectionSettings settings, Consumer<Problem> problems) {
        UpsertOptions.checkMark(settings, problems);
        UpsertOptions.checkTruncations(settings, problems);
        return true;
    }

    @Override
    public ProjectionDefinition define(ProjectionSettings settings) {
        return UpsertOptions.define(this, settings);
    }
}
