package io.millrace.connectors.projection.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

class LoginSourceTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2016-11-07T17:39:33Z"), ZoneOffset.UTC);

    @TempDir
    private Path directory;

    private static RdsLogin rds(Supplier<AwsCredentialsIdentity> credentials) {
        return new RdsLogin(
                InetSocketAddress.createUnresolved("host.us-east-1.amazonaws.com", 3306),
                "us-east-1",
                "mySQLUser",
                credentials,
                CLOCK);
    }

    /** The signatures were computed from the description of AWS's Signature Version 4, without its SDK. */
    @Test
    void aTokenIsARequestThatAwsSigns() throws StateException {
        assertThat(rds(() -> AwsCredentialsIdentity.create("access_key", "secret_key"))
                        .read())
                .isEqualTo(new DatabaseLogin(
                        "mySQLUser",
                        "host.us-east-1.amazonaws.com:3306/?Action=connect&DBUser=mySQLUser"
                                + "&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20161107T173933Z"
                                + "&X-Amz-SignedHeaders=host"
                                + "&X-Amz-Credential=access_key%2F20161107%2Fus-east-1%2Frds-db%2Faws4_request"
                                + "&X-Amz-Expires=900"
                                + "&X-Amz-Signature="
                                + "87ab58107ef49f1c311a412f98b7f976b0b5152ffb559f0d36c6c9a0c5e0e362"));
        assertThat(rds(() -> AwsSessionCredentialsIdentity.create("access_key", "secret_key", "session/token"))
                        .read()
                        .password())
                .contains("X-Amz-Security-Token=session%2Ftoken")
                .endsWith("X-Amz-Signature=d8f60a468ce3ab6b408e4bf4b8e6f9790d143b226ab45a50d8eb767c7d8fb29c");
    }

    @Test
    void aTokenNeedsAwsCredentials() {
        assertThatThrownBy(() -> rds(() -> {
                            throw SdkClientException.create("Unable to load credentials");
                        })
                        .read())
                .isInstanceOf(StateException.class)
                .hasMessageContaining("mySQLUser by IAM in us-east-1")
                .hasMessageContaining("Unable to load credentials")
                .extracting(e -> ((StateException) e).getSQLState())
                .isEqualTo("08004");
    }

    @Test
    void anRdsEndpointNamesItsRegion() {
        assertThat(RdsLogin.findRegion("shop.cluster-c1.eu-central-1.rds.amazonaws.com"))
                .contains("eu-central-1");
        assertThat(RdsLogin.findRegion("shop.c1.cn-north-1.rds.amazonaws.com.cn"))
                .contains("cn-north-1");
        assertThat(RdsLogin.findRegion("db.example.com")).isEmpty();
    }

    @Test
    void aFileIsReadForEachConnection() throws IOException, StateException {
        Path file = directory.resolve("login.properties");
        LoginFile login = new LoginFile(file, "projector");
        Files.writeString(file, "password = first\n");
        assertThat(login.read()).isEqualTo(new DatabaseLogin("projector", "first"));
        Files.writeString(file, "# rotated\nusername: projector_b\npassword: s\u00e9cond\\\\\n");
        assertThat(login.read()).isEqualTo(new DatabaseLogin("projector_b", "s\u00e9cond\\"));
        assertThat(login.read().toString()).isEqualTo("projector_b");
        assertThat(login.toString()).isEqualTo("the user of " + file);
    }

    @Test
    void aDirectoryHasAFileForEachEntry() throws IOException, StateException {
        LoginFile login = new LoginFile(directory, "projector");
        Files.writeString(directory.resolve("password"), "a=\\b \n");
        assertThat(login.read()).isEqualTo(new DatabaseLogin("projector", "a=\\b "));
        Files.writeString(directory.resolve("username"), "projector_b");
        assertThat(login.read()).isEqualTo(new DatabaseLogin("projector_b", "a=\\b "));
    }

    @ParameterizedTest
    @CsvSource({
        "hunter2, 'Expected the entry password'",
        "user=hunter2, 'Expected the entry password'",
        "'password=', 'Expected the entry password'",
        "'password=hunter2\\u12', 'malformed escape'",
        ", 'NoSuchFileException'"
    })
    void aFileWithoutALoginIsRefusedWithoutItsContent(String content, String reason) throws IOException {
        Path file = directory.resolve("login.properties");
        if (content != null) {
            Files.writeString(file, content);
        }
        assertThatThrownBy(() -> new LoginFile(file, "projector").read())
                .isInstanceOf(StateException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(reason)
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:mysql://db:3307/views?sslMode=verify_ca, db, 3307, true",
        "jdbc:mysql://db/views?trustCertificateKeyStoreUrl=file:///etc/trust.p12&SSLMODE=REQUIRED, db, 3306, true",
        "jdbc:mysql://db/views?sslMode=PREFERRED, db, 3306, false",
        "jdbc:mysql://db/views?sslMode=REQUIRED&sslmode=DISABLED, db, 3306, false",
        "jdbc:mysql://db/views, db, 3306, false",
        "'jdbc:mysql://a:1,b:2/views?sslMode=REQUIRED', , , true",
        "jdbc:postgresql://db/views?sslmode=verify-full, db, 5432, true",
        "jdbc:postgresql://db/views?sslMode=verify-full, db, 5432, false",
        "jdbc:postgresql://db?sslmode=prefer, db, 5432, false",
        "jdbc:mysql://db:70000/views, , , false",
        "jdbc:postgresql:views?sslrootcert=//x/y, , , false"
    })
    void aUrlHasAServerAndMayRequireTls(String url, String host, Integer port, boolean tls) {
        assertThat(ConnectionUrl.findServer(url).orElse(null))
                .isEqualTo(host == null ? null : InetSocketAddress.createUnresolved(host, port));
        assertThat(ConnectionUrl.requiresTls(url)).isEqualTo(tls);
    }

    @Test
    void refusedLoginsAreSomeTimeApartOnceOneWasAccepted() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
        LoginHistory logins = new LoginHistory(now::get);
        logins.markRefused();
        assertThat(logins.mustWait()).as("a login that was never accepted").isFalse();
        logins.markAccepted();
        assertThat(logins.mustWait()).isFalse();
        logins.markRefused();
        assertThat(logins.mustWait()).isTrue();
        now.addAndGet(LoginHistory.PAUSE.toNanos() - 1);
        assertThat(logins.mustWait()).isTrue();
        now.addAndGet(1);
        assertThat(logins.mustWait()).isFalse();
        logins.markRefused();
        assertThat(logins.mustWait()).isTrue();
        logins.markAccepted();
        assertThat(logins.mustWait()).isFalse();
    }
}
