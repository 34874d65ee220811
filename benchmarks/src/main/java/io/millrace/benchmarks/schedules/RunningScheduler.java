package io.millrace.benchmarks.schedules;

import java.io.IOException;

/** A contender that runs. */
interface RunningScheduler extends AutoCloseable {
    /** The process. */
    long pid();

    /** How many records of the commands' topic it has read and committed. */
    long countReadCommands() throws IOException;

    /** The same failure with what the contender's log has of it. */
    IllegalStateException withLog(IllegalStateException failure);

    @Override
    void close();
}
