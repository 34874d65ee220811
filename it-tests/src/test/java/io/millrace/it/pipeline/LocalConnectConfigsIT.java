package io.millrace.it.pipeline;

import io.millrace.it.TestPipeline;
import io.millrace.local.Pipeline;

/** On servers that are processes of this machine. */
class LocalConnectConfigsIT extends ConnectConfigsIT {
    @Override
    Pipeline pipeline() {
        return TestPipeline.shared();
    }
}
