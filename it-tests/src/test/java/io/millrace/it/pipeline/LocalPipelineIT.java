package io.millrace.it.pipeline;

import io.millrace.local.LocalPipeline;
import io.millrace.local.Pipeline;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerDirectories;

/** On servers that are processes of this machine. */
class LocalPipelineIT extends PipelineIT {
    @Override
    Pipeline start() {
        return LocalPipeline.start(Installation.locate(), ServerDirectories.newDirectory("pipeline"));
    }
}
