package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.Fault;
import java.util.List;
import java.util.stream.Stream;

/** Every kind of fault that strikes a sink at work. */
final class SinkFaults {
    static final List<Fault<Scene>> ALL = Stream.of(
                    WorkerFaults.ALL, ServerFaults.ALL, SessionFaults.ALL, ConnectorFaults.ALL, OperatorFaults.ALL)
            .flatMap(List::stream)
            .toList();

    private SinkFaults() {}

    /** The kinds among these that can strike this server of views. */
    static List<Fault<Scene>> selectPossible(ViewServer server, List<Fault<Scene>> kinds) {
        return kinds.stream()
                .filter(kind -> server.canFillDisk() || !kind.name().equals("views-disk-full"))
                .toList();
    }
}
