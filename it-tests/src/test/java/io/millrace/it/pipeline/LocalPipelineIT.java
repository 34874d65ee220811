package io.millrace.it.pipeline;

import io.millrace.it.TestPipeline;
import io.millrace.local.Installation;
import io.millrace.local.LocalPipeline;
import io.millrace.local.Pipeline;

/** On servers that are processes of this machine. */
class LocalPipelineIT extends PipelineIT {
    @Override
    Pipeline start() {
        return LocalPipeline.start(Installation.locate(), TestPipeline.newDirectory("pipeline"));
    }
}
