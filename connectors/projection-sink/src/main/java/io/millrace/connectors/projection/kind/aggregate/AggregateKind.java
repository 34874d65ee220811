package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.config.OptionSet;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.kind.ProjectionKind;
import io.millrace.connectors.projection.kind.ProjectionSettings;
import io.millrace.connectors.projection.requirement.Problem;
import java.util.Map;
import java.util.function.Consumer;

/** The kind {@code aggregate}: a record changes the counts, sums and other aggregates of a group. */
public final class AggregateKind implements ProjectionKind {
    @Override
    public String name() {
        return "aggregate";
    }

    @Override
    public String description() {
        return "an event changes the counts, sums and other aggregates of its group.";
    }

    @Override
    public OptionSet options() {
        return AggregateOptions.ALL;
    }

    @Override
    public Map<String, String> refusals() {
        return Map.of();
    }

    @Override
    public boolean checkOptions(ProjectionSettings settings, Consumer<Problem> problems) {
        return AggregateOptions.checkOptions(settings, problems);
    }

    @Override
    public ProjectionDefinition define(ProjectionSettings settings) {
        return AggregateOptions.define(this, settings);
    }
}
