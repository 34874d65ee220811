package io.millrace.tools.status;

import java.util.List;

/**
 * The state of a cluster's connectors.
 *
 * @param connectors in the order of their names
 * @param problems what is wrong
 */
record ClusterReport(List<ConnectorReport> connectors, List<StatusProblem> problems) {
    ClusterReport {
        connectors = List.copyOf(connectors);
        problems = List.copyOf(problems);
    }
}
