package io.millrace.benchmarks.claimcheck;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One contender that stores or restores payloads in a process of its own. */
final class ContenderRun {
    /** A process that runs out of memory has failed and is not slow. */
    private static final List<String> JVM = List.of("-XX:+ExitOnOutOfMemoryError");

    private final Direction direction;
    private final Path directory;
    private final String peerClassPath;
    private final boolean profile;

    /**
     * Runs processes.
     *
     * @param directory for their output
     * @param peerClassPath of the peer's own module
     * @param profile whether Java's flight recorder watches them; recordings are written next to the directory
     */
    ContenderRun(Direction direction, Path directory, String peerClassPath, boolean profile) {
        this.direction = direction;
        this.directory = directory;
        this.peerClassPath = peerClassPath;
        this.profile = profile;
    }

    /**
     * The payloads.
     *
     * @param delayMs of each request
     */
    record Load(TestPayloads.Kind kind, int size, int delayMs) {}

    /**
     * The resources that were used.
     *
     * @param cpuSeconds of the contender
     * @param serverSeconds of the processor, too, of the server and of what delays its requests
     */
    record Result(double seconds, double cpuSeconds, double serverSeconds, double peakMebibytes) {}

    /** Runs a process to its end; fails if it fails. */
    Result runProcess(
            ClaimCheckContender contender,
            Load load,
            int records,
            int warmUp,
            Target target,
            long serverPid,
            String... jvm)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of(jvm));
        if (profile) {
            command.add("-XX:StartFlightRecording=settings=profile,filename="
                    + directory.resolveSibling("claim-check-" + contender.label() + ".jfr"));
        }
        if (contender == ClaimCheckContender.BAKDATA) {
            command.addAll(List.of("-cp", peerClassPath, direction.peerClass()));
        } else {
            command.addAll(
                    List.of("-cp", System.getProperty("java.class.path"), direction.processClass(), contender.label()));
        }
        command.addAll(List.of(
                "--endpoint",
                target.endpoint(),
                "--location",
                target.location(),
                "--kind",
                load.kind().label(),
                "--size",
                Integer.toString(load.size()),
                "--records",
                Integer.toString(records),
                "--warm-up",
                Integer.toString(warmUp),
                "--server",
                Long.toString(serverPid)));
        Path log = directory.resolve(contender.label() + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(target.environment());
        Process process = builder.start();
        try {
            int status = process.waitFor();
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return lines.stream()
                    .filter(line -> status == 0 && line.startsWith(UploadProcess.RESULT))
                    .map(ContenderRun::parseResult)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(contender + " ended with status " + status + ":\n"
                            + String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()))));
        } finally {
            process.destroyForcibly();
        }
    }

    private static Result parseResult(String line) {
        String[] figures = line.substring(UploadProcess.RESULT.length()).split(" ", -1);
        return new Result(
                Double.parseDouble(figures[0]),
                Double.parseDouble(figures[1]),
                Double.parseDouble(figures[3]),
                Double.parseDouble(figures[2]));
    }
}
