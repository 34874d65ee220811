package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.requirement.Problem;
import java.util.List;

/**
 * The result of matching projections with tables.
 *
 * @param problems the mismatches
 * @param pending the statements that would create what is missing
 * @param projections the projections into their tables, if there are no problems and nothing is missing
 */
public record ViewCatalog(List<Problem> problems, List<String> pending, List<Projection> projections) {
    public ViewCatalog {
        problems = List.copyOf(problems);
        pending = List.copyOf(pending);
        projections = List.copyOf(projections);
    }
}
