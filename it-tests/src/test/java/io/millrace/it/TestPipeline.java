package io.millrace.it;

import io.millrace.local.LocalPipeline;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerDirectories;
import java.nio.file.Path;

/**
 * The servers that the tests of one JVM share: started by the first test that asks, stopped when the JVM ends. Tests keep
 * apart by the names of their connectors, topics and tables.
 */
public final class TestPipeline {
    private static final Path DIRECTORY = ServerDirectories.newDirectory("shared");
    private static LocalPipeline shared;

    private TestPipeline() {}

    /** The directory that the servers use. */
    public static Path directory() {
        return DIRECTORY;
    }

    /** The running servers, with the project's SQL applied and no connector posted. */
    public static synchronized LocalPipeline shared() {
        if (shared == null) {
            shared = LocalPipeline.start(Installation.locate(), DIRECTORY);
        }
        return shared;
    }
}
