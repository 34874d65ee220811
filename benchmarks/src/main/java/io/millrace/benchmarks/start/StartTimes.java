package io.millrace.benchmarks.start;

/**
 * The seconds until a connector's first event, or first row, is visible.
 *
 * @param posted from posting the first connector of its kind in a worker
 * @param postedCpu the worker's time on all processors in this time
 * @param resumed from resuming the same connector, which was stopped before the change that is waited for
 * @param another from posting a second connector of its kind in the same worker
 */
record StartTimes(double posted, double postedCpu, double resumed, double another) {}
