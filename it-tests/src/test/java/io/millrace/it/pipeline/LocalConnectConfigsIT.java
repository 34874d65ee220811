package io.millrace.it.pipeline;

import io.millrace.it.TestPipeline;
import io.millrace.testing.servers.ConnectRest;

/** On servers that are processes of this machine. */
class LocalConnectConfigsIT extends ConnectConfigsIT {
    @Override
    ConnectRest findRest() {
        return TestPipeline.shared().rest();
    }
}
