/** Measurements of speed and memory, on changes recorded from a real MySQL. Run by {@code benchmarks/run}. */
package io.millrace.benchmarks;
