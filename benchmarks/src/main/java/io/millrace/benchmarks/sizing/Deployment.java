package io.millrace.benchmarks.sizing;

/**
 * What the formula buys for a load.
 *
 * @param servers MySQL servers whose changes are read, with a source of one task each
 * @param views databases that have the views
 * @param tasks tasks of sinks, and partitions, in all
 * @param workers Connect workers, of which one can be missing
 * @param cores the cores of a worker
 */
record Deployment(int servers, int views, int tasks, int workers, int cores) {
    /** How much of what a part can do at most it is to do in the busiest hour. */
    static final double UTILISATION = 0.6;

    /** As many parts as the busiest hour needs, and one more worker. */
    static Deployment of(Load load, Costs costs, int cores) {
        double rate = load.peakRate();
        int servers = atLeast(rate / (costs.sourceRate(load) * UTILISATION));
        int views = atLeast(rate / (costs.viewRate(load) * UTILISATION));
        // A task has a thread that reads and one that writes, so it can use more than a core; the formula counts on
        // one.
        int tasks = atLeast(rate * costs.sink(load) / UTILISATION);
        double busy = rate * (costs.source(load) + costs.sink(load)) / UTILISATION;
        int workers = atLeast(busy / cores) + 1;
        // The tasks of a worker that is missing are spread over the others only if there are more tasks than workers.
        return new Deployment(servers, views, Math.max(tasks, 2 * workers), workers, cores);
    }

    private static int atLeast(double amount) {
        return Math.max(1, (int) Math.ceil(amount));
    }
}
