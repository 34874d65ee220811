package io.millrace.it.pipeline;

import io.millrace.it.containers.ContainerPipeline;
import io.millrace.it.containers.NeedsDocker;
import io.millrace.testing.servers.ConnectRest;

/** On the image, in containers. */
@NeedsDocker
class ContainerConnectConfigsIT extends ConnectConfigsIT {
    @Override
    ConnectRest findRest() {
        return ContainerPipeline.shared().rest();
    }
}
