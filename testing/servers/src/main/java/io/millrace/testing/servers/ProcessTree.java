package io.millrace.testing.servers;

import java.util.List;
import java.util.stream.Stream;

/** A process with all that it has started and that these have started. */
final class ProcessTree {
    private ProcessTree() {}

    /** Ends the process, and then its descendants, as {@code kill -9} does; returns when all are gone. */
    static void kill(ProcessHandle root) {
        // Asked before: a process whose parent is gone is nobody's descendant.
        List<ProcessHandle> descendants = root.descendants().toList();
        Stream.concat(Stream.of(root), descendants.stream())
                .peek(ProcessHandle::destroyForcibly)
                .toList()
                .forEach(process -> process.onExit().join());
    }
}
