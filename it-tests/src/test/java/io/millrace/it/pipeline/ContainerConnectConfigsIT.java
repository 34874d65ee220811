package io.millrace.it.pipeline;

import io.millrace.it.containers.ContainerPipeline;
import io.millrace.it.containers.NeedsDocker;
import io.millrace.local.Pipeline;

/** On the image, in containers. */
@NeedsDocker
class ContainerConnectConfigsIT extends ConnectConfigsIT {
    @Override
    Pipeline pipeline() {
        return ContainerPipeline.shared();
    }
}
