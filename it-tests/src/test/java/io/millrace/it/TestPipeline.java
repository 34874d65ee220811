package io.millrace.it;

import io.millrace.local.Installation;
import io.millrace.local.LocalPipeline;
import java.nio.file.Path;

/**
 * The servers that the tests of one JVM share: started by the first test that asks, stopped when the JVM ends. Tests keep
 * apart by the names of their connectors, topics and tables.
 */
public final class TestPipeline {
    private static LocalPipeline shared;

    private TestPipeline() {}

    /** The running servers, with the project's SQL applied and no connector posted. */
    public static synchronized LocalPipeline shared() {
        if (shared == null) {
            shared = LocalPipeline.start(Installation.locate(), newDirectory("shared"));
        }
        return shared;
    }

    /** A directory, not there before, for servers that a test starts for itself, e.g. to kill them. */
    public static Path newDirectory(String name) {
        return Path.of(System.getProperty("millrace.it.directory", "target/servers"))
                .resolve(name + "-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
    }
}
