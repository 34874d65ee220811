package io.millrace.tools.create;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.tools.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong arguments. The other tests of the command have a database. */
class NewCommandTest {
    private static final String PASSWORD = "hush-7351";

    @TempDir
    Path folder;

    private final Map<String, String> options = new LinkedHashMap<>();

    @BeforeEach
    void nameADatabaseThatDoesNotAnswer() throws IOException {
        options.put("--database-url", "jdbc:mysql://127.0.0.1:1/shop");
        options.put("--user", "debezium");
        options.put("--password-file", write("password", PASSWORD + "\n"));
        options.put("--tables", "orders");
        options.put("--out", folder.resolve("out").toString());
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private CommandRun run() {
        List<String> words = new ArrayList<>(List.of("new"));
        options.forEach((option, value) -> words.addAll(List.of(option, value)));
        return CommandRun.of(words.toArray(String[]::new));
    }

    private void assertRefused(String reason) {
        CommandRun run = run();
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(reason).doesNotContain(PASSWORD);
        assertThat(run.out()).isEmpty();
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--database-url | jdbc:mysql://me:hush-7351@db/shop | expected jdbc:mysql://HOST:PORT/DATABASE or jdbc:postgresql://HOST:PORT/DATABASE without a user",
                "--database-url | jdbc:mysql://db/shop?password=hush-7351 | expected jdbc:mysql://HOST:PORT/DATABASE",
                "--database-url | jdbc:sqlserver://db/shop | expected jdbc:mysql://HOST:PORT/DATABASE",
                "--database-url | jdbc:mysql://db:3306/ | expected jdbc:mysql://HOST:PORT/DATABASE",
                "--database-url | jdbc:mysql://db:99999/shop | expected a port from 1 to 65535",
                "--tables | a.b.c | expected at most a database and a table",
                "--tables | `a | not closed",
                "--prefix | a/b | expected letters, digits",
                "--views-url | jdbc:mysql://127.0.0.1:1/shop | expected another database than that of the source",
                "--views-url | jdbc:mysql://db/views?user=x&password=hush-7351 | use the separate options",
                "--views-url | jdbc:sqlite:views | expected a URL that begins with",
                "--password-file | no-such-file | cannot read no-such-file",
                "--payload-config | no-such-file | --payload-config needs --payload-store",
                "--pasword | x | unknown option --pasword"
            })
    void aWrongArgumentIsNamed(String option, String value, String reason) {
        options.put(option, value);

        assertRefused(reason);
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsNamed() {
        assertRefused("--database-url: cannot read debezium at ");
    }

    @Test
    void anArgumentThatIsMissingIsNamed() {
        options.remove("--tables");

        assertRefused("--tables is missing");
    }

    @Test
    void aSecretThatWouldBeWrittenIsRefused() throws IOException {
        options.put("--payload-store", "s3://bucket/prefix");
        options.put("--payload-config", write("s3.properties", "payload.s3.secret.access.key=" + PASSWORD));

        assertRefused("payload.s3.secret.access.key would be written into a configuration");
        options.remove("--payload-store");
        options.remove("--payload-config");
        options.put("--database-config", write("tls.properties", "database.ssl.truststore.password=" + PASSWORD));
        assertRefused("database.ssl.truststore.password would be written into a configuration");
        options.put("--database-config", write("tls.properties", "database.password=" + PASSWORD));
        assertRefused("expected options that begin with database.ssl, found database.password");
    }
}
