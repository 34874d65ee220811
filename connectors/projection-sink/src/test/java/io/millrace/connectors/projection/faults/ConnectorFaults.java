package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.Fault;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** What an operator does to the connector while it works. */
final class ConnectorFaults {
    static final List<Fault<Scene>> ALL = List.of(
            new Fault<>("tasks-changed", Set.of(Part.CONNECTOR), ConnectorFaults::changeTasks),
            new Fault<>("configuration-changed", Set.of(Part.CONNECTOR), ConnectorFaults::changeConfiguration),
            new Fault<>("connector-restarted", Set.of(Part.CONNECTOR), ConnectorFaults::restart),
            new Fault<>("connector-stopped", Set.of(Part.CONNECTOR), ConnectorFaults::stop));

    private ConnectorFaults() {}

    private static String changeTasks(Scene scene) {
        int before = Integer.parseInt(scene.sink().option("tasks.max"));
        int after = 1 + (before + scene.random().nextInt(4)) % 5;
        scene.sink().configure("tasks.max", String.valueOf(after));
        return before + " to " + after;
    }

    private static String changeConfiguration(Scene scene) {
        Random random = scene.random();
        return switch (random.nextInt(4)) {
            case 0 -> configure(scene, "consumer.override.max.poll.records", 20 + random.nextInt(1_000));
            case 1 -> configure(scene, "batch.bytes", 1 << (17 + random.nextInt(8)));
            case 2 -> configure(scene, "batch.size", 100 + random.nextInt(1_000));
            default -> configure(scene, "consumer.override.fetch.max.bytes", 1 << (15 + random.nextInt(8)));
        };
    }

    private static String configure(Scene scene, String option, int value) {
        scene.sink().configure(option, String.valueOf(value));
        return option + "=" + value;
    }

    private static String restart(Scene scene) {
        scene.sink().restart();
        return "";
    }

    private static String stop(Scene scene) {
        scene.stop(scene.sink());
        scene.sink().resume();
        return "and resumed";
    }
}
