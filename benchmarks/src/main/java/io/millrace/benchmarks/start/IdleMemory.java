package io.millrace.benchmarks.start;

/**
 * The memory of one worker as its idle connectors become more.
 *
 * @param connectors how many it has at the end, two at least
 */
record IdleMemory(int connectors, WorkerMemory without, WorkerMemory withOne, WorkerMemory withAll) {
    IdleMemory {
        if (connectors < 2) {
            throw new IllegalArgumentException("There must be two connectors at least, found " + connectors);
        }
    }

    /** The resident memory of each connector after the first one, in MiB. */
    double residentOfEach() {
        return (withAll.resident() - withOne.resident()) / (connectors - 1);
    }

    /** The live heap of each connector after the first one, in MiB. */
    double heapOfEach() {
        return (withAll.heap() - withOne.heap()) / (connectors - 1);
    }
}
