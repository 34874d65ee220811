package io.millrace.local.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Searches the logs below a directory: the files {@code *.log} up to three levels deep, without links. Of each file the last 4 MiB are
 * read. Safe for use by several threads.
 *
 * @param directory the directory of the pipeline
 */
record LogLines(Path directory) {
    static final int TAIL_BYTES = 4 << 20;
    static final int MOST_LINES = 200;
    /** So that a long log leaves room for the others. */
    static final int MOST_LINES_OF_FILE = 50;

    private static final int MOST_FILES = 50;
    private static final int DEPTH = 3;
    private static final int LONGEST = 1_000;
    /** A shorter text would match almost every line. */
    private static final int SHORTEST_TEXT = 3;

    /**
     * The lines that contain the text in any case: {@code [{"file": "connect/connect.log", "line": ".."}]}, the files in the order of
     * their names. Of each file the last {@link #MOST_LINES_OF_FILE}, together at most {@link #MOST_LINES}; none for a text of fewer
     * than 3 characters.
     *
     * @throws IOException if a log cannot be read
     */
    ArrayNode findLines(String text) throws IOException {
        ArrayNode found = JsonNodeFactory.instance.arrayNode();
        if (text.length() >= SHORTEST_TEXT) {
            String wanted = text.toLowerCase(Locale.ROOT);
            for (Path file : findLogs()) {
                String name = directory.relativize(file).toString();
                for (String line : findLastLines(file, wanted)) {
                    if (found.size() < MOST_LINES) {
                        found.addObject().put("file", name).put("line", line);
                    }
                }
            }
        }
        return found;
    }

    private List<Path> findLogs() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.find(
                directory,
                DEPTH,
                (path, attributes) ->
                        attributes.isRegularFile() && path.toString().endsWith(".log"))) {
            return files.sorted().limit(MOST_FILES).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Deque<String> findLastLines(Path file, String wanted) throws IOException {
        Deque<String> lines = new ArrayDeque<>();
        readTail(file)
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).contains(wanted))
                .forEach(line -> {
                    lines.addLast(line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line);
                    if (lines.size() > MOST_LINES_OF_FILE) {
                        lines.removeFirst();
                    }
                });
        return lines;
    }

    /** The end of the file, from the beginning of a line. */
    private static String readTail(Path file) throws IOException {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            long start = Math.max(0, log.length() - TAIL_BYTES);
            log.seek(start);
            byte[] bytes = new byte[(int) Math.min(TAIL_BYTES, log.length() - start)];
            log.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            return start == 0 ? text : text.substring(text.indexOf('\n') + 1);
        }
    }
}
