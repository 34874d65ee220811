package io.millrace.testing.servers;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The end of a log file. */
record LogTail(Path path) {
    private static final int BYTES = 16 * 1024;
    private static final int LINES = 25;

    /** The text behind this length of the file: at most its last 16 KiB. */
    String since(long length) {
        if (!Files.exists(path)) {
            return "";
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long from = Math.max(Math.min(length, file.length()), file.length() - BYTES);
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(its log could not be read: " + e + ")";
        }
    }

    /** The last lines, indented, under a line with the file's path. */
    String lastLines() {
        List<String> lines = since(0).lines().toList();
        StringBuilder text =
                new StringBuilder("\nThe last lines of ").append(path).append(":\n");
        lines.subList(Math.max(0, lines.size() - LINES), lines.size())
                .forEach(line -> text.append("    ").append(line).append('\n'));
        return text.toString();
    }

    long length() {
        try {
            return Files.exists(path) ? Files.size(path) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
