package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.Fault;
import java.util.List;

/** What an operator does to the connector while it works. */
final class ConnectorFaults {
    static final List<Fault<Scene>> ALL = List.of(
            new Fault<>("tasks-changed", ConnectorFaults::changeTasks),
            new Fault<>("configuration-changed", ConnectorFaults::changeConfiguration),
            new Fault<>("connector-restarted", ConnectorFaults::restart),
            new Fault<>("connector-stopped", ConnectorFaults::stop));

    private ConnectorFaults() {}

    private static String changeTasks(Scene scene) {
        int before = Integer.parseInt(scene.sink().option("tasks.max"));
        int after = 1 + (before + scene.random().nextInt(4)) % 5;
        scene.sink().configure("tasks.max", String.valueOf(after));
        return before + " to " + after;
    }

    private static String changeConfiguration(Scene scene) {
        String records = String.valueOf(20 + scene.random().nextInt(1_000));
        scene.sink().configure("consumer.override.max.poll.records", records);
        return records + " records at a time";
    }

    private static String restart(Scene scene) {
        scene.sink().restart();
        return "";
    }

    private static String stop(Scene scene) {
        scene.sink().stop();
        scene.until(
                "the tasks to be gone",
                () -> scene.sink().status().path("tasks").isEmpty());
        scene.sink().resume();
        return "and resumed";
    }
}
