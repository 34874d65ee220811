package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.Fault;
import java.util.List;
import java.util.stream.Stream;

/** Every kind of fault that strikes a sink at work. */
final class SinkFaults {
    static final List<Fault<Scene>> ALL = Stream.of(
                    WorkerFaults.ALL,
                    ServerFaults.ALL,
                    SessionFaults.ALL,
                    ConnectorFaults.ALL,
                    OperatorFaults.ALL,
                    TopicFaults.ALL,
                    RebuildFaults.ALL,
                    FailoverFaults.ALL,
                    QueueFaults.ALL)
            .flatMap(List::stream)
            .toList();

    private SinkFaults() {}
}
