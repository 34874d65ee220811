package io.millrace.connectors.projection.config;

import io.millrace.config.Option;
import io.millrace.connectors.projection.database.ConnectionSettings;
import io.millrace.connectors.projection.database.ConnectionUrl;
import io.millrace.connectors.projection.database.DatabaseLogin;
import io.millrace.connectors.projection.database.LoginFile;
import io.millrace.connectors.projection.database.LoginHistory;
import io.millrace.connectors.projection.database.LoginSource;
import io.millrace.connectors.projection.database.RdsLogin;
import io.millrace.connectors.projection.database.StateException;
import io.millrace.connectors.projection.requirement.Problem;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;

/** Makes connections of the options {@code connection.*}, and checks those of credentials against each other. */
final class ConnectionCredentials {
    private final AbstractConfig config;
    private final CredentialSource source;
    private final List<Problem> problems = new ArrayList<>();

    private ConnectionCredentials(AbstractConfig config) {
        this.config = config;
        this.source = SinkOptions.CREDENTIALS.get(config);
    }

    /**
     * How to reach the database, by options without {@linkplain #findProblems problems}.
     *
     * @param logins shared by all connections of a task
     */
    static ConnectionSettings connect(AbstractConfig config, LoginHistory logins) {
        return new ConnectionSettings(
                SinkOptions.CONNECTION_URL.get(config),
                new ConnectionCredentials(config).loginSource(),
                SinkOptions.TRUSTSTORE_PASSWORD.get(config).value(),
                SinkOptions.KEYSTORE_PASSWORD.get(config).value(),
                logins);
    }

    /** The options that do not fit together, and a file that has no login. */
    static List<Problem> findProblems(AbstractConfig config) {
        ConnectionCredentials credentials = new ConnectionCredentials(config);
        credentials.check();
        return credentials.problems;
    }

    private LoginSource loginSource() {
        String user = SinkOptions.CONNECTION_USER.get(config);
        return switch (source) {
            case OPTIONS ->
                new DatabaseLogin(
                        user, SinkOptions.CONNECTION_PASSWORD.get(config).value());
            case FILE -> new LoginFile(SinkOptions.CREDENTIALS_FILE.find(config).orElse(Path.of("")), user);
            case AWS_IAM ->
                new RdsLogin(
                        findServer().orElseGet(() -> InetSocketAddress.createUnresolved("", 0)),
                        findRegion().orElse(""),
                        user);
        };
    }

    private Optional<InetSocketAddress> findServer() {
        return ConnectionUrl.findServer(SinkOptions.CONNECTION_URL.get(config));
    }

    private Optional<String> findRegion() {
        return SinkOptions.CREDENTIALS_REGION.find(config).or(() -> findServer()
                .flatMap(server -> RdsLogin.findRegion(server.getHostString())));
    }

    private void check() {
        if (source != CredentialSource.OPTIONS && SinkOptions.CONNECTION_PASSWORD.isSet(config)) {
            addProblem(SinkOptions.CONNECTION_PASSWORD, "not with " + setting(source));
        }
        refuseOptionOfOtherSource(SinkOptions.CREDENTIALS_FILE, CredentialSource.FILE);
        refuseOptionOfOtherSource(SinkOptions.CREDENTIALS_REGION, CredentialSource.AWS_IAM);
        if (source == CredentialSource.FILE) {
            checkFile();
        } else if (source == CredentialSource.AWS_IAM) {
            checkServer();
        }
    }

    private void refuseOptionOfOtherSource(Option<?> option, CredentialSource owner) {
        if (source != owner && option.isSet(config)) {
            addProblem(option, "only with " + setting(owner));
        }
    }

    private void checkFile() {
        if (!SinkOptions.CREDENTIALS_FILE.isSet(config)) {
            addProblem(SinkOptions.CREDENTIALS_FILE, "needed with " + setting(source));
            return;
        }
        try {
            loginSource().read();
        } catch (StateException e) {
            addProblem(SinkOptions.CREDENTIALS_FILE, String.valueOf(e.getMessage()));
        }
    }

    /** The token is for one host and port, and the client sends it as it is. */
    private void checkServer() {
        if (findServer().isEmpty()) {
            addProblem(SinkOptions.CONNECTION_URL, "expected one host with " + setting(source));
            return;
        }
        if (!ConnectionUrl.requiresTls(SinkOptions.CONNECTION_URL.get(config))) {
            addProblem(
                    SinkOptions.CONNECTION_URL,
                    "expected TLS with " + setting(source)
                            + ", by sslMode=VERIFY_IDENTITY (MySQL) or sslmode=verify-full (PostgreSQL)");
        }
        if (findRegion().isEmpty()) {
            addProblem(
                    SinkOptions.CREDENTIALS_REGION,
                    "needed with " + setting(source) + ", because the host in the URL is not an RDS endpoint");
        }
    }

    private static String setting(CredentialSource source) {
        return SinkOptions.CREDENTIALS.name() + "=" + source.text();
    }

    private void addProblem(Option<?> option, String reason) {
        problems.add(new Problem(option.name(), reason));
    }
}
