package io.millrace.local;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The settings of a {@link LocalPipeline}.
 *
 * @param keepData whether to use the data that the directory contains; otherwise they are deleted first
 * @param mysqlOptions MySQL's options over the ones that {@link MySqlServer} sets
 * @param workerOverrides worker settings over the ones that {@link ConnectWorker} sets
 * @param workerJvm additional options of the worker's JVM, such as an agent
 * @param progress receives a short description of the next step
 */
public record PipelineSettings(
        boolean keepData,
        Map<String, String> mysqlOptions,
        Map<String, String> workerOverrides,
        List<String> workerJvm,
        Consumer<String> progress) {
    /** Uses the existing data, without overrides and progress messages. */
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
