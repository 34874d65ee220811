package io.millrace.connectors.event.faults;

import io.millrace.testing.campaigns.Fault;
import java.util.List;
import java.util.stream.Stream;

/** Every kind of fault that strikes a source at work. */
final class SourceFaults {
    static final List<Fault<Scene>> ALL = Stream.of(ServerFaults.ALL, TableFaults.ALL, ConnectorFaults.ALL)
            .flatMap(List::stream)
            .toList();

    private SourceFaults() {}
}
