package io.millrace.local.page;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.servers.RandomText;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Plans redrives of dead letters, and runs the plans: each by a child process of {@code millrace redrive}. The plans are files in a
 * directory. Safe for use by several threads; two runs of one plan exclude each other in the command.
 */
public final class RedriveDesk {
    private static final long MINUTES = 5;
    private static final Pattern PLAN = Pattern.compile("[0-9a-f]{32}");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LocalPipeline pipeline;
    private final Path directory;
    private final Supplier<List<String>> millrace;

    /**
     * A desk for the sinks of a pipeline.
     *
     * @param directory where the plans are kept; created if it is missing
     * @param millrace the words that start the command, read at each use
     */
    public RedriveDesk(LocalPipeline pipeline, Path directory, Supplier<List<String>> millrace) {
        this.pipeline = pipeline;
        this.directory = directory;
        this.millrace = millrace;
    }

    /**
     * Plans the redrive of all letters of a sink; sends nothing.
     *
     * @return {@code {"plan": id, "letters": number, "output": what the command printed}}
     * @throws IllegalArgumentException if the connector has no dead letter queue
     * @throws IllegalStateException if the command fails; the message is what it printed
     */
    ObjectNode plan(String connector) throws IOException, InterruptedException {
        String queue = Connectors.read(pipeline.rest())
                .deadLetterTopic(connector)
                .orElseThrow(() -> new IllegalArgumentException(
                        "Expected a connector with a dead letter queue, found " + connector));
        Files.createDirectories(directory);
        String plan = RandomText.ofBytes(16);
        String output = call("plan", plan, "--topic", queue, "--connector", connector);
        return JsonNodeFactory.instance
                .objectNode()
                .put("plan", plan)
                .put("letters", countLetters(plan))
                .put("output", output);
    }

    /**
     * Sends exactly the letters of a plan, each once.
     *
     * @return {@code {"output": what the command printed}}
     * @throws IllegalArgumentException if the plan is not one of {@link #plan}
     * @throws IllegalStateException if the command fails; the message is what it printed
     */
    ObjectNode run(String plan) throws IOException, InterruptedException {
        if (!PLAN.matcher(plan).matches() || !Files.exists(file(plan))) {
            throw new IllegalArgumentException("Expected a plan of this page, found " + plan);
        }
        return JsonNodeFactory.instance.objectNode().put("output", call("run", plan));
    }

    private Path file(String plan) {
        return directory.resolve(plan + ".plan");
    }

    private int countLetters(String plan) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file(plan))) {
            return JSON.readTree(lines.readLine()).path("letters").asInt();
        }
    }

    private String call(String action, String plan, String... options) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(millrace.get());
        words.addAll(List.of("redrive", action, "--plan", file(plan).toString()));
        words.addAll(List.of("--bootstrap-servers", pipeline.bootstrapServers()));
        words.addAll(List.of(options));
        Path printed = Files.createTempFile(directory, action, ".out");
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try {
            boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
            String output = Files.readString(printed, StandardCharsets.UTF_8).strip();
            if (!ended || process.exitValue() != 0) {
                throw new IllegalStateException(ended ? output : "No end within " + MINUTES + " minutes: " + output);
            }
            return output;
        } finally {
            process.destroy();
            Files.delete(printed);
        }
    }
}
