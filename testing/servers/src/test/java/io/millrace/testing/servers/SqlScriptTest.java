package io.millrace.testing.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlScriptTest {
    @TempDir
    private Path folder;

    @Test
    void readsTheFilesInTheOrderOfTheirNames() throws IOException {
        write("02-b.sql", "SELECT 2;\n");
        write("01-a.sql", "SELECT 1;\n");
        write("notes.txt", "SELECT 3;\n");

        assertThat(new SqlScript(folder).statements(Map.of())).containsExactly("SELECT 1", "SELECT 2");
    }

    @Test
    void endsAStatementAtTheEndOfALineOnly() throws IOException {
        write("a.sql", "-- a; comment;\nINSERT INTO t\n  VALUES ('a;b');\nSELECT 1;  \n\nSELECT 2");

        assertThat(new SqlScript(folder).statements(Map.of()))
                .containsExactly("INSERT INTO t\n  VALUES ('a;b')", "SELECT 1", "SELECT 2");
    }

    @Test
    void putsValuesInAsTheInsideOfAString() throws IOException {
        write("a.sql", "SELECT '${THE_NAME}';\n");

        assertThat(new SqlScript(folder).statements(Map.of("THE_NAME", "o'h\\a $1")))
                .containsExactly("SELECT 'o''h\\\\a $1'");
    }

    @Test
    void refusesAPlaceholderWithoutAValue() throws IOException {
        write("a.sql", "SELECT '${THE_NAME}';\n");

        assertThatThrownBy(() -> new SqlScript(folder).statements(Map.of("OTHER", "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("${THE_NAME}")
                .hasMessageContaining("a.sql")
                .hasMessageContaining("OTHER");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
