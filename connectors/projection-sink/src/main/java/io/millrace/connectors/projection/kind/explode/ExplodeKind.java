package io.millrace.connectors.projection.kind.explode;

import io.millrace.config.OptionSet;
import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.kind.ProjectionKind;
import io.millrace.connectors.projection.kind.ProjectionSettings;
import io.millrace.connectors.projection.requirement.Problem;
import java.util.Map;
import java.util.function.Consumer;

/** {@code explode}: a record writes a row for each element of an array, and deletes the rows of removed elements. */
public final class ExplodeKind implements ProjectionKind {
    @Override
    public String name() {
        return "explode";
    }

    @Override
    public String description() {
        return "an event writes a row for each element of an array, and deletes the rows of removed elements.";
    }

    @Override
    public OptionSet options() {
        return ExplodeOptions.ALL;
    }

    @Override
    public Map<String, String> refusals() {
        return Map.of(
                CommonOptions.REVISION.name(),
                "an array that empties its group leaves no row with which an older array could be compared. Keep the events"
                        + " of a group in one partition, in their order");
    }

    @Override
    public boolean checkOptions(ProjectionSettings settings, Consumer<Problem> problems) {
        boolean elements = settings.isSet(ExplodeOptions.ELEMENTS);
        settings.require(elements, ExplodeOptions.ELEMENTS, "a projection of kind explode needs an array", problems);
        settings.require(
                settings.isSet(ExplodeOptions.ELEMENT_KEY),
                ExplodeOptions.ELEMENT_KEY,
                "a projection of kind explode needs a key for the elements",
                problems);
        return elements;
    }

    @Override
    public ProjectionDefinition define(ProjectionSettings settings) {
        return ExplodeOptions.define(this, settings);
    }
}
