package io.millrace.testing.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;

/**
 * An S3 server (S3Proxy) that keeps its objects as files, as a child process on a loopback port. Its objects and
 * credentials outlive it. It speaks HTTP, or HTTPS if it has a keystore, with the bucket in the path or in the host's
 * name, in any region; it takes tags, and forgets them.
 */
public final class S3Server extends LoopbackServer {
    private static final String NAME = "s3";
    private static final Duration TIME_TO_START = Duration.ofSeconds(60);
    private static final Duration TIME_TO_ANSWER = Duration.ofSeconds(2);
    /** Larger requests have to be sent in chunks that are signed one by one. */
    private static final int LARGEST_REQUEST = 1024 * 1024 * 1024;

    private final Installation installation;
    private final Path directory;
    private final List<String> buckets;
    private final S3Credentials credentials;
    private final Map<String, String> overrides;
    private final String heap;
    private final Optional<ServerKeystore> keystore;

    private S3Server(
            Installation installation,
            Path directory,
            List<String> buckets,
            Map<String, String> overrides,
            String heap,
            Optional<ServerKeystore> keystore) {
        this.installation = installation;
        this.directory = directory.toAbsolutePath().normalize();
        this.buckets = List.copyOf(buckets);
        this.overrides = Map.copyOf(overrides);
        this.heap = heap;
        this.keystore = keystore;
        this.credentials = S3Credentials.in(this.directory.resolve("credentials.properties"));
    }

    /**
     * Starts a server whose objects are in this directory, which is made if it is new. Returns when the server answers.
     *
     * @param buckets made if they are missing
     * @throws ServerFailedException if the server does not start; the message has the end of its log
     */
    public static S3Server start(Installation installation, Path directory, String... buckets) {
        return start(installation, directory, Map.of(), buckets);
    }

    /**
     * Like {@link #start(Installation, Path, String...)}.
     *
     * @param overrides settings of S3Proxy's over the ones that this class sets
     */
    public static S3Server start(
            Installation installation, Path directory, Map<String, String> overrides, String... buckets) {
        return start(new S3Server(installation, directory, List.of(buckets), overrides, "384m", Optional.empty()));
    }

    /** Like {@link #start(Installation, Path, String...)}, for a server that speaks HTTPS alone. */
    public static S3Server start(
            Installation installation, Path directory, ServerKeystore keystore, String... buckets) {
        return start(new S3Server(installation, directory, List.of(buckets), Map.of(), "384m", Optional.of(keystore)));
    }

    private static S3Server start(S3Server server) {
        new PidFile(server.directory.resolve(NAME + PidFile.SUFFIX)).endLeftover();
        server.startOnFreePort(server.directory);
        return server;
    }

    /** Its URL, {@code http://127.0.0.1:PORT} or {@code https://127.0.0.1:PORT}. */
    public String endpoint() {
        return (keystore.isPresent() ? "https" : "http") + "://127.0.0.1:" + port();
    }

    public String accessKeyId() {
        return credentials.accessKeyId();
    }

    public String secretAccessKey() {
        return credentials.secretAccessKey();
    }

    /** The directory of a bucket's objects, each a file under its key. */
    public Path objects(String bucket) {
        return data().resolve(bucket);
    }

    private Path data() {
        return directory.resolve("data");
    }

    private Path settings() {
        return directory.resolve("s3proxy.properties");
    }

    @Override
    void prepare() {
        Map<String, String> settings = new HashMap<>();
        keystore.ifPresentOrElse(
                store -> {
                    settings.put("s3proxy.secure-endpoint", endpoint());
                    settings.put("s3proxy.keystore-path", store.file().toString());
                    settings.put("s3proxy.keystore-password", store.password());
                },
                () -> settings.put("s3proxy.endpoint", endpoint()));
        settings.put("s3proxy.authorization", "aws-v2-or-v4");
        settings.put("s3proxy.identity", accessKeyId());
        settings.put("s3proxy.credential", secretAccessKey());
        settings.put("s3proxy.ignore-unknown-headers", "true");
        settings.put("s3proxy.v4-max-non-chunked-request-size", Integer.toString(LARGEST_REQUEST));
        settings.put("jclouds.provider", "filesystem");
        settings.put("jclouds.filesystem.basedir", data().toString());
        settings.putAll(overrides);
        try {
            for (String bucket : buckets) {
                Files.createDirectories(objects(bucket));
            }
            Files.createDirectories(data());
            Files.deleteIfExists(settings());
            Files.createFile(
                    settings(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw new UncheckedIOException("The S3 server's directory could not be made: " + directory, e);
        }
        Settings.write(settings(), settings);
    }

    @Override
    ChildProcess launch() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JavaCommand.small(heap));
        command.addAll(List.of(
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.awt.headless=true",
                "-DLOG_LEVEL=warn",
                "-jar",
                installation.s3Proxy().toString(),
                "--properties",
                settings().toString()));
        return ChildProcess.start(NAME, directory, command, Map.of());
    }

    @Override
    Duration timeToStart() {
        return TIME_TO_START;
    }

    /** Any response is sufficient: without credentials it is a refusal. */
    @Override
    boolean answers() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(endpoint()).toURL().openConnection();
            if (connection instanceof HttpsURLConnection encrypted) {
                encrypted.setSSLSocketFactory(keystore.orElseThrow().trusting().getSocketFactory());
            }
            connection.setConnectTimeout((int) TIME_TO_ANSWER.toMillis());
            connection.setReadTimeout((int) TIME_TO_ANSWER.toMillis());
            try {
                return connection.getResponseCode() == HttpURLConnection.HTTP_FORBIDDEN;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false;
        }
    }
}
