package io.millrace.benchmarks.start;

import io.millrace.benchmarks.harness.BenchmarkWorker;
import io.millrace.benchmarks.harness.HeapUse;
import io.millrace.benchmarks.harness.ProcessUsage;
import java.io.IOException;

/**
 * The memory of a worker after a full collection, in MiB.
 *
 * @param heap what is live
 * @param resident of the whole process
 */
record WorkerMemory(double heap, double resident) {
    /** Has the worker collect its garbage; it must have the serial collector. */
    static WorkerMemory of(BenchmarkWorker worker) throws IOException, InterruptedException {
        double heap = HeapUse.liveMebibytes(worker.pid());
        return new WorkerMemory(heap, new ProcessUsage(worker.pid()).residentMebibytes());
    }
}
