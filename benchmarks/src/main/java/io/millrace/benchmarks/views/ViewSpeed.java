package io.millrace.benchmarks.views;

/**
 * The measurements of a run: rows per second of the first and of the second part, and the worker's resources in the second
 * part; these are not-a-number without a worker.
 */
record ViewSpeed(double cold, double warm, double cpuSecondsPerMillion, double peakMebibytes) {}
