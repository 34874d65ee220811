package io.millrace.benchmarks.latency;

/**
 * The way of a change, in nanoseconds.
 *
 * @param read from the commit in MySQL until the source handed the record to its producer
 * @param produced until a consumer of committed records had it
 * @param received until the sink's statement began
 * @param written until the row was visible in the view
 */
record ChangeWay(long read, long produced, long received, long written) {
    long total() {
        return read + produced + received + written;
    }
}
