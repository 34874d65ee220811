package io.millrace.local;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How a {@link LocalPipeline} differs from the usual one.
 *
 * @param keepData whether to go on with the data that the directory holds; otherwise they are deleted first
 * @param mysqlOptions MySQL's options over the ones that {@link MySqlServer} sets
 * @param workerOverrides worker settings over the ones that {@link ConnectWorker} sets
 * @param workerJvm options of the worker's JVM beside the usual ones, such as an agent
 * @param progress is told in a few words what comes next
 */
public record PipelineSettings(
        boolean keepData,
        Map<String, String> mysqlOptions,
        Map<String, String> workerOverrides,
        List<String> workerJvm,
        Consumer<String> progress) {
    /** Goes on with the data, overrides nothing, says nothing. */
    public static final PipelineSettings USUAL = new PipelineSettings(true, Map.of(), Map.of(), step -> {});

    /** With the usual JVM for the worker. */
    public PipelineSettings(
            boolean keepData,
            Map<String, String> mysqlOptions,
            Map<String, String> workerOverrides,
            Consumer<String> progress) {
        this(keepData, mysqlOptions, workerOverrides, List.of(), progress);
    }
}
