package io.millrace.it.containers;

import org.testcontainers.DockerClientFactory;

/** Whether containers can be run here. */
public final class Docker {
    private Docker() {}

    public static boolean isAvailable() {
        return DockerClientFactory.instance().isDockerAvailable();
    }
}
