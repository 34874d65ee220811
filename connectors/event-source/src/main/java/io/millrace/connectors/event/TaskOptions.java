package io.millrace.connectors.event;

import java.util.HashMap;
import java.util.Map;

/** The options of a task: those of the wrapped task, the connector's own, and what the connector found out for its tasks. */
final class TaskOptions {
    /** The class of the wrapped task. */
    static final String TASK_CLASS = "wrapped.task.class";

    /** Whether the wrapped connector defines transaction boundaries. */
    private static final String TASK_BOUNDARIES = "wrapped.task.boundaries";

    /** Whether the wrapped connector has heartbeats only because this connector set its option. */
    private static final String TASK_HEARTBEATS = "wrapped.task.heartbeats";

    private TaskOptions() {}

    /** The options of one task. */
    static Map<String, String> of(
            Map<String, String> wrappedTask,
            Map<String, String> properties,
            Class<?> taskClass,
            boolean definesBoundaries) {
        Map<String, String> task = new HashMap<>(wrappedTask);
        properties.forEach((option, value) -> {
            if (EventSourceOptions.isOwn(option)) {
                task.put(option, value);
            }
        });
        task.put(EventSourceOptions.HEARTBEAT_TOPIC.name(), EventSourceOptions.heartbeatTopic(properties));
        task.put("name", EventSourceOptions.nameOf(properties));
        task.put(TASK_CLASS, taskClass.getName());
        task.put(TASK_BOUNDARIES, String.valueOf(definesBoundaries));
        task.put(TASK_HEARTBEATS, String.valueOf(DebeziumDefaults.hasHeartbeatsOfOurs(properties)));
        return task;
    }

    static boolean wrappedDefinesBoundaries(Map<String, String> task) {
        return Boolean.parseBoolean(task.get(TASK_BOUNDARIES));
    }

    static boolean hasHeartbeatsOfOurs(Map<String, String> task) {
        return Boolean.parseBoolean(task.get(TASK_HEARTBEATS));
    }
}
