package io.millrace.clients.tables.faults;

import java.util.Random;

/** What faults can reach. */
record TableScene(TableSubject subject, Random details) {
    /** A random reader. */
    ReaderProcess reader() {
        return subject.readers().get(details.nextInt(subject.readers().size()));
    }

    /** A random time in milliseconds. */
    long millis(int from, int to) {
        return (long) from + details.nextInt(to - from);
    }
}
