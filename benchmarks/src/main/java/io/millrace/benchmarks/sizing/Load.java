package io.millrace.benchmarks.sizing;

/**
 * What a system must bear.
 *
 * @param eventsPerDay changes that become events
 * @param peak how many times the average of the day the rate of its busiest hour is
 * @param columns how many columns a row and a view have
 * @param projections how many views each event changes
 */
record Load(double eventsPerDay, double peak, int columns, int projections) {
    private static final int SECONDS = 24 * 60 * 60;

    /** Events a second, on the average of the day. */
    double meanRate() {
        return eventsPerDay / SECONDS;
    }

    /** Events a second, in the busiest hour. */
    double peakRate() {
        return meanRate() * peak;
    }
}
