package io.millrace.it.pipeline;

import io.millrace.it.containers.ContainerPipeline;
import io.millrace.it.containers.NeedsDocker;
import io.millrace.local.Pipeline;

/** On the image, in containers. */
@NeedsDocker
class ContainerPipelineIT extends PipelineIT {
    @Override
    Pipeline start() {
        return ContainerPipeline.start(1);
    }
}
