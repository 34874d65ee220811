package io.millrace.testing.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
    @TempDir
    private Path directory;

    private Process child;

    @BeforeEach
    void startChild() throws IOException {
        child = new ProcessBuilder("sleep", "300").start();
    }

    @AfterEach
    void endChild() {
        child.destroyForcibly();
    }

    @Test
    void endsWhatAnEarlierParentLeftBehind() {
        new PidFile(directory.resolve("server.pid")).write(child.toHandle());

        assertThat(PidFile.endLeftovers(directory)).isEqualTo(1);

        assertThat(child.isAlive()).isFalse();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void leavesAnotherProcessAloneThatGotTheSameId() throws IOException {
        Path file = directory.resolve("server.pid");
        String earlier = child.info()
                .startInstant()
                .orElseThrow()
                .minus(Duration.ofMinutes(1))
                .toString();
        Files.writeString(file, child.pid() + " " + earlier + "\n");

        assertThat(PidFile.endLeftovers(directory)).isZero();

        assertThat(child.isAlive()).isTrue();
        assertThat(file).doesNotExist();
    }

    @Test
    void takesAHalfWrittenFileForNoProcess() throws IOException {
        Files.writeString(directory.resolve("server.pid"), Long.toString(child.pid()));

        assertThat(PidFile.endLeftovers(directory)).isZero();
        assertThat(child.isAlive()).isTrue();
    }
}
