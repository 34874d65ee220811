package io.millrace.clients.tables.faults;

import io.millrace.testing.campaigns.Discrepancy;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A {@link TableReader} as a process, and the check of each line that it writes. For one thread, except for the signals. */
final class ReaderProcess implements AutoCloseable {
    private static final long TIME_TO_ANSWER_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String name;
    private final Path directory;
    private final String servers;
    private final TableHistory history;
    private final List<Discrepancy> found = new ArrayList<>();
    private final Map<String, Integer> seen = new HashMap<>();
    /** Lines that are not checked yet. */
    private final List<String> pending = new ArrayList<>();

    private Process process;
    private Path log;
    private long checkedBytes;
    private int starts;
    private int requests;
    private long openedMillis;
    private long answers;
    private long firsts;
    private String reply = "";
    /** Whether a key may have returned to the begin of its topic since the last time. */
    private boolean recreated;

    ReaderProcess(String name, Path directory, String servers, TableHistory history) throws IOException {
        this.name = name;
        this.directory = directory;
        this.servers = servers;
        this.history = history;
        Files.createDirectories(directory);
        this.log = directory.resolve(name + ".log");
        this.process = launch();
    }

    private Process launch() throws IOException {
        starts++;
        log = directory.resolve(name + "-" + starts + ".log");
        checkedBytes = 0;
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TableReader.class.getName(),
                        servers)
                .redirectOutput(log.toFile())
                .redirectError(directory.resolve(name + "-" + starts + ".err").toFile())
                .start();
    }

    String name() {
        return name;
    }

    long answers() {
        return answers;
    }

    /** The number of tables that became complete. */
    long firsts() {
        return firsts;
    }

    /** Ends the process as a crash does, and starts another one. What it wrote is checked first. */
    void replace() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        pending.addAll(readNewLines());
        process = launch();
    }

    void suspend() throws IOException, InterruptedException {
        signal("STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid())
                .start()
                .waitFor();
    }

    /** Closes the table and opens it again in the same process. */
    @SuppressWarnings("EmptyCatch")
    void reopen() {
        try {
            send("reopen");
        } catch (IOException e) {
            // Another fault is replacing the process, whose successor opens its table anyway.
        }
    }

    private void send(String request) throws IOException {
        Writer writer = process.outputWriter(StandardCharsets.US_ASCII);
        writer.write(request + "\n");
        writer.flush();
    }

    /** The topic was deleted and created again: until the next {@link #takeDiscrepancies}, keys may return to its begin. */
    void expectRecreated() {
        recreated = true;
    }

    /** Checks what was written; the model must be complete. Returns how the present content differs from it. */
    Optional<String> findBacklog() throws IOException, InterruptedException {
        requests++;
        if (!process.isAlive()) {
            check();
            return Optional.of(name + " has ended");
        }
        send("dump " + requests);
        long deadline = System.nanoTime() + TIME_TO_ANSWER_NANOS;
        while (System.nanoTime() < deadline) {
            check();
            if (reply.startsWith("dump " + requests + " ")) {
                return history.findDifference(parse(reply.split(" ", 3)[2])).map(text -> name + ": " + text);
            }
            if (reply.startsWith("busy " + requests + " ")) {
                return Optional.of(name + ": " + reply);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return Optional.of(name + " does not answer");
    }

    List<Discrepancy> takeDiscrepancies() throws IOException {
        check();
        recreated = false;
        List<Discrepancy> taken = List.copyOf(found);
        found.clear();
        return taken;
    }

    private void check() throws IOException {
        pending.addAll(readNewLines());
        pending.forEach(this::checkLine);
        pending.clear();
    }

    private List<String> readNewLines() throws IOException {
        if (!Files.exists(log)) {
            return List.of();
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            byte[] bytes = new byte[(int) (file.length() - checkedBytes)];
            file.seek(checkedBytes);
            file.readFully(bytes);
            String text = new String(bytes, StandardCharsets.US_ASCII);
            int end = text.lastIndexOf('\n') + 1;
            checkedBytes += end;
            return text.substring(0, end).lines().toList();
        }
    }

    private void checkLine(String line) {
        String[] words = line.split(" ", 3);
        switch (words[0]) {
            case "open" -> {
                openedMillis = Long.parseLong(words[1]);
                seen.clear();
            }
            case "first" -> {
                firsts++;
                checkFirst(parse(words[2]));
            }
            case "get" -> {
                answers++;
                checkAnswer(words[1], words[2].equals("-") ? 0 : Long.parseLong(words[2]));
            }
            case "dump" -> {
                reply = line;
                Map<String, Long> content = parse(words[2]);
                history.keys().forEach(key -> checkAnswer(key, content.getOrDefault(key, 0L)));
            }
            case "busy" -> reply = line;
            default -> add(Discrepancy.Kind.WRONG, line);
        }
    }

    private static Map<String, Long> parse(String content) {
        Map<String, Long> entries = new TreeMap<>();
        for (String entry : content.split(",", -1)) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                entries.put(entry.substring(0, equals), Long.valueOf(entry.substring(equals + 1)));
            }
        }
        return entries;
    }

    /** A table that has just become ready contains what was committed before it was opened. */
    private void checkFirst(Map<String, Long> content) {
        for (String key : history.keys()) {
            long version = content.getOrDefault(key, 0L);
            int atLeast = history.committedBefore(key, openedMillis);
            Optional<Integer> state = history.find(key, version, atLeast);
            if (state.isPresent()) {
                seen.put(key, state.get());
            } else {
                add(
                        history.find(key, version, 0).isPresent() ? Discrepancy.Kind.EARLY : Discrepancy.Kind.WRONG,
                        "first answer of " + key + " is " + version + ", expected state " + atLeast
                                + " or a later one; the last states are " + history.describeLast(key));
            }
        }
    }

    private void checkAnswer(String key, long version) {
        int atLeast = seen.getOrDefault(key, 0);
        Optional<Integer> state = history.find(key, version, atLeast);
        if (state.isEmpty() && recreated) {
            state = history.find(key, version, history.startOfGeneration(key));
        }
        if (state.isPresent()) {
            seen.put(key, state.get());
        } else {
            boolean returned = history.find(key, version, 0).isPresent();
            add(
                    Discrepancy.Kind.WRONG,
                    key + " is " + version + ", which it " + (returned ? "had before" : "never had")
                            + "; the last states are " + history.describeLast(key));
        }
    }

    private void add(Discrepancy.Kind kind, String text) {
        found.add(new Discrepancy(kind, name + ": " + text));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
