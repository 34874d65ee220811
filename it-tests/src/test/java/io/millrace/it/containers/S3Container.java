package io.millrace.it.containers;

import java.nio.file.Path;
import java.util.UUID;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.MountableFile;

/** The S3 server of the compose file, on the Java runtime of the Connect image, with one empty bucket. */
final class S3Container extends GenericContainer<S3Container> {
    static final String BUCKET = "payloads";

    private static final String ALIAS = "s3";
    private static final int PORT = 9000;
    private static final Path IMAGE_MODULE = Path.of("../deploy/image");

    private final String accessKey = UUID.randomUUID().toString();
    private final String secretKey = UUID.randomUUID().toString();

    S3Container() {
        super(ConnectContainer.IMAGE);
        withNetworkAliases(ALIAS);
        withExposedPorts(PORT);
        withCopyFileToContainer(
                MountableFile.forHostPath(IMAGE_MODULE.resolve("target/compose/s3proxy.jar")), "/s3proxy/s3proxy.jar");
        withCopyFileToContainer(
                MountableFile.forHostPath(IMAGE_MODULE.resolve("compose/s3proxy.properties")),
                "/s3proxy/s3proxy.properties");
        withCommand(
                "bash",
                "-c",
                "umask 077 && mkdir -p /var/lib/kafka/data/" + BUCKET + " && exec java -Xmx192m -Ds3proxy.identity="
                        + accessKey + " -Ds3proxy.credential=" + secretKey
                        + " -jar /s3proxy/s3proxy.jar --properties /s3proxy/s3proxy.properties");
        waitingFor(Wait.forHttp("/").forPort(PORT).forStatusCode(403));
    }

    /** The address for the other containers. */
    String endpoint() {
        return "http://" + ALIAS + ":" + PORT;
    }

    String accessKey() {
        return accessKey;
    }

    String secretKey() {
        return secretKey;
    }
}
