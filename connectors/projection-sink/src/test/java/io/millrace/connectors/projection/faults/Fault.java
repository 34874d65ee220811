package io.millrace.connectors.projection.faults;

import java.util.List;
import java.util.stream.Stream;

/**
 * A kind of fault.
 *
 * @param name what the command and the page of faults call it
 * @param strike strikes and, where the fault does not heal by itself, heals; returns in a few words what was struck, or
 *     an empty text
 */
record Fault(String name, Strike strike) {
    /** Every kind. */
    static List<Fault> all() {
        return Stream.of(WorkerFaults.ALL, ServerFaults.ALL, SessionFaults.ALL, ConnectorFaults.ALL)
                .flatMap(List::stream)
                .toList();
    }

    /** @throws IllegalArgumentException where there is no such kind */
    static Fault named(String name) {
        return all().stream()
                .filter(fault -> fault.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no fault " + name + "; there are "
                        + all().stream().map(Fault::name).toList()));
    }

    interface Strike {
        String on(Scene scene) throws Exception;
    }
}
