package io.millrace.local.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellEnvironmentTest {
    @TempDir
    Path directory;

    @Test
    void givesAShellVariablesAndFunctionsThatPassTheirArgumentsOn() throws Exception {
        Path file = directory.resolve("environment");
        Files.writeString(file, "exit 1\n");

        new ShellEnvironment(
                        Map.of("URL", "jdbc:mysql://host/views?a=1&b='$x'"),
                        Map.of("print_each", "PREFIX='it''s' printf '<%s>'"))
                .write(file);

        assertThat(outputOf(". '" + file + "'; sh -c 'printf %s \"$URL\"'; print_each 'two words' \"'\""))
                .isEqualTo("jdbc:mysql://host/views?a=1&b='$x'<two words><'>");
    }

    @Test
    void onlyTheOwnerReadsThePasswords() throws Exception {
        Path file = directory.resolve("environment");
        ShellEnvironment environment =
                new ShellEnvironment(Map.of("PASSWORD", "hush"), Map.of("client", "MYSQL_PWD=hush mysql"));

        environment.write(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(environment).hasToString("ShellEnvironment[[PASSWORD], [client]]");
    }

    private static String outputOf(String script) throws Exception {
        Process shell = new ProcessBuilder("bash", "-euc", script)
                .redirectErrorStream(true)
                .start();
        shell.getOutputStream().close();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(output).isZero();
        return output;
    }
}
