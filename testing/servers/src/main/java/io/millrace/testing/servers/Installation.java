package io.millrace.testing.servers;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directory into which the build unpacks the programs that the child processes run: {@code mysql/},
 * {@code postgresql/}, {@code kafka/*.jar}, {@code s3/s3proxy.jar} and {@code metrics/}. It has no plugins.
 */
public record Installation(Path root) {
    /** The system property that names the installation's directory. */
    public static final String PROPERTY = "millrace.installation";

    public Installation {
        root = root.toAbsolutePath().normalize();
        if (!Files.isExecutable(root.resolve("mysql/bin/mysqld"))
                || !Files.isRegularFile(root.resolve("s3/s3proxy.jar"))) {
            throw new IllegalStateException("There is no complete installation in " + root
                    + "; prepare it with: mvn -B -DskipTests package -pl testing/servers -am");
        }
    }

    /**
     * The installation that the system property {@value #PROPERTY} names, or else the one next to these classes.
     *
     * @throws IllegalStateException if there is none
     */
    public static Installation locate() {
        String configured = System.getProperty(PROPERTY);
        if (configured != null) {
            return new Installation(Path.of(configured));
        }
        Path start = codeSource();
        for (Path directory = start; directory != null; directory = directory.getParent()) {
            for (String candidate : new String[] {"runtime", "testing/servers/target/runtime"}) {
                if (Files.exists(directory.resolve(candidate).resolve("mysql/bin/mysqld"))) {
                    return new Installation(directory.resolve(candidate));
                }
            }
        }
        throw new IllegalStateException("There is no installation above " + start
                + "; prepare it with: mvn -B -DskipTests package -pl testing/servers -am, or name one with -D"
                + PROPERTY);
    }

    /** MySQL's base directory. */
    public Path mysql() {
        return root.resolve("mysql");
    }

    /** A data directory that new MySQL servers copy; there is one for each {@code mysqld}, identified by its time. */
    Path initialMySqlData(long mysqldModified) {
        return root.resolve("mysql-data-" + mysqldModified);
    }

    /** A formatted directory, whose files new brokers copy; there is one for each set of Kafka's jars, identified by its time. */
    Path formattedKafkaData() throws IOException {
        return root.resolve(
                "kafka-data-" + Files.getLastModifiedTime(root.resolve("kafka")).toMillis());
    }

    /** PostgreSQL's base directory. */
    public Path postgresql() {
        return root.resolve("postgresql");
    }

    /** The class path of a broker and of a worker, as {@code java -cp} takes it. */
    public String kafkaClassPath() {
        return root.resolve("kafka") + "/*";
    }

    /** The S3 server, a jar to run. */
    public Path s3Proxy() {
        return root.resolve("s3/s3proxy.jar");
    }

    /** Prometheus' exporter, an agent of a JVM. */
    public Path metricsAgent() {
        return root.resolve("metrics/jmx_prometheus_javaagent.jar");
    }

    /** Where shared libraries go that the machine lacks. */
    Path nativeLibraries() {
        return root.resolve("native");
    }

    private static Path codeSource() {
        try {
            return Path.of(Installation.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("The place of these classes is not a path", e);
        }
    }
}
