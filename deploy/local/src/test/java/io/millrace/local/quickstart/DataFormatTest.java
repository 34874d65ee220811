package io.millrace.local.quickstart;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFormatTest {
    @TempDir
    private Path directory;

    @Test
    void keepsDataOfItsOwnVersionAlone() throws Exception {
        DataFormat.markData(directory);
        Files.createDirectory(directory.resolve("mysql"));
        assertThatCode(() -> DataFormat.requireCurrent(directory, true)).doesNotThrowAnyException();

        Files.delete(directory.resolve("data-format"));
        assertThatThrownBy(() -> DataFormat.requireCurrent(directory, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without --keep");
        assertThatCode(() -> DataFormat.requireCurrent(directory, false)).doesNotThrowAnyException();
    }
}
