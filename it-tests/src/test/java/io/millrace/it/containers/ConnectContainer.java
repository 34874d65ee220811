package io.millrace.it.containers;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.millrace.testing.servers.ConnectRest;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Future;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;

/** A container of the Connect image, which is built of the build's context once in a JVM. Ready when it is healthy. */
public final class ConnectContainer extends GenericContainer<ConnectContainer> {
    /** Where the image's metrics are when they are switched on. */
    static final int METRICS_PORT = 9404;

    private static final int REST_PORT = 8083;
    private static final Path CONTEXT =
            Path.of(System.getProperty("millrace.it.image-context", "../deploy/image/target/context"));
    static final Future<String> IMAGE = new ImageFromDockerfile()
            .withFileFromPath(".", CONTEXT)
            .withBuildArg(
                    "BASE_IMAGE",
                    ImageNameSubstitutor.instance()
                            .apply(DockerImageName.parse(ContainerPipeline.KAFKA_IMAGE))
                            .asCanonicalNameString());

    ConnectContainer() {
        super(IMAGE);
        withExposedPorts(REST_PORT);
        waitingFor(Wait.forHttp("/health").forPort(REST_PORT).forStatusCode(200));
    }

    /** The worker's name in its group, which the status of connectors and tasks has. */
    public String workerId() {
        return getContainerInfo().getNetworkSettings().getNetworks().values().stream()
                        .findFirst()
                        .orElseThrow()
                        .getIpAddress()
                + ":" + REST_PORT;
    }

    /** Ends the worker as the loss of its machine does. */
    public void kill() {
        getDockerClient().killContainerCmd(getContainerId()).exec();
    }

    /** Asks the worker to stop, as Docker and Kubernetes do, and waits until it has; returns its exit code. */
    long stopInOrder(int seconds) {
        getDockerClient()
                .stopContainerCmd(getContainerId())
                .withTimeout(seconds)
                .exec();
        InspectContainerResponse stopped = getCurrentContainerInfo();
        return stopped.getState().getExitCodeLong();
    }

    ConnectRest rest() {
        return new ConnectRest(URI.create("http://" + getHost() + ":" + getMappedPort(REST_PORT)));
    }
}
