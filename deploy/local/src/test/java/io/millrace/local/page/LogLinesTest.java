package io.millrace.local.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogLinesTest {
    @TempDir
    Path directory;

    @BeforeEach
    void writeLogs() throws IOException {
        Files.createDirectories(directory.resolve("connect/deep/deeper"));
        Files.writeString(directory.resolve("connect/connect.log"), "one REQ-1\ntwo req-2\n");
        Files.writeString(directory.resolve("orders.log"), "three req-1\n");
        Files.writeString(directory.resolve("environment"), "PASSWORD=req-1\n");
        Files.writeString(directory.resolve("connect/deep/deeper/far.log"), "four req-1\n");
    }

    @Test
    void findsTheLinesOfLogsAlone() throws IOException {
        assertThat(find("req-1")).containsExactly("connect/connect.log one REQ-1", "orders.log three req-1");
        assertThat(find("req-3")).isEmpty();
    }

    @Test
    void findsNothingForAShortText() throws IOException {
        assertThat(find("")).isEmpty();
        assertThat(find("re")).isEmpty();
    }

    @Test
    void doesNotFollowLinks() throws IOException {
        Files.createSymbolicLink(directory.resolve("link.log"), directory.resolve("environment"));

        assertThat(find("PASSWORD")).isEmpty();
    }

    @Test
    void readsTheEndOfALongLog() throws IOException {
        byte[] filler =
                ("x".repeat(99) + "\n").repeat(LogLines.TAIL_BYTES / 100).getBytes(StandardCharsets.US_ASCII);
        Path log = directory.resolve("long.log");
        Files.writeString(log, "first long-1\n");
        Files.write(log, filler, StandardOpenOption.APPEND);
        Files.writeString(log, "last long-1\n", StandardOpenOption.APPEND);

        assertThat(find("long-1")).containsExactly("long.log last long-1");
    }

    @Test
    void returnsTheLastLinesOfManyAndLeavesRoomForOtherFiles() throws IOException {
        for (int file = 0; file < 5; file++) {
            StringBuilder lines = new StringBuilder();
            for (int i = 1; i <= 60; i++) {
                lines.append("many ").append(i).append('\n');
            }
            Files.writeString(directory.resolve("many-" + file + ".log"), lines);
        }

        List<String> found = find("many");
        assertThat(found).hasSize(LogLines.MOST_LINES).startsWith("many-0.log many 11");
        assertThat(found.get(LogLines.MOST_LINES_OF_FILE - 1)).isEqualTo("many-0.log many 60");
        assertThat(found.get(LogLines.MOST_LINES_OF_FILE)).isEqualTo("many-1.log many 11");
    }

    private List<String> find(String text) throws IOException {
        List<String> found = new ArrayList<>();
        for (JsonNode line : new LogLines(directory).findLines(text)) {
            found.add(line.path("file").asText() + " " + line.path("line").asText());
        }
        return found;
    }
}
