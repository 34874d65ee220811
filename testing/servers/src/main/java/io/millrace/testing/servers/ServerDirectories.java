package io.millrace.testing.servers;

import java.nio.file.Path;

/** The directories of servers that tests start, with their data and logs, all below one directory of the test's module. */
public final class ServerDirectories {
    /** The system property that names the directory above; {@code target/servers} without it. */
    private static final String PROPERTY = "millrace.servers.directory";

    private ServerDirectories() {}

    /** Returns the path of a directory that does not exist yet, for servers that one test class starts. */
    public static Path newDirectory(String name) {
        return Path.of(System.getProperty(PROPERTY, "target/servers"))
                .resolve(name + "-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
    }
}
