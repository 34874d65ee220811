package io.millrace.local;

import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerDirectories;
import java.nio.file.Path;

/** The pipeline that this module's tests share: the first test that needs it starts it, and it stops when the JVM ends. */
public final class SharedPipeline {
    private static final Path DIRECTORY = ServerDirectories.newDirectory("shared");
    private static LocalPipeline pipeline;

    private SharedPipeline() {}

    /** The directory that the pipeline uses. */
    static Path directory() {
        return DIRECTORY;
    }

    /** The running servers, with the project's SQL applied and no connector posted. */
    public static synchronized LocalPipeline get() {
        if (pipeline == null) {
            pipeline = LocalPipeline.start(Installation.locate(), DIRECTORY);
        }
        return pipeline;
    }
}
