package io.millrace.benchmarks.sizing;

import java.util.Arrays;
import java.util.Random;

/**
 * A day of a deployment, second by second. The rate follows a curve whose highest point is the load's peak, with bursts of a minute at
 * random; the events of a second are a Poisson number. Partitions get unequal shares. A worker dies in the busiest hour, its connectors
 * stand still until the others notice, and then take its place until it is back. A source that stands still lets changes wait in the
 * binlog, a sink lets events wait in the topic.
 */
final class DaySimulation {
    private static final int DAY = 24 * 60 * 60;
    private static final int BUSIEST = 20 * 60 * 60;
    /** Seconds until a worker's tasks run elsewhere: session.timeout.ms, scheduled.rebalance.max.delay.ms and the start. */
    private static final int UNTIL_MOVED = 10 + 300 + 30;
    /** Seconds until a worker that has died is back. */
    private static final int UNTIL_BACK = 30 * 60;

    private static final double BURST = 1.3;
    private static final double BURSTS_PER_DAY = 48;
    private static final int BURST_SECONDS = 60;
    /** How much larger than the average the share of the busiest partition is. */
    private static final double SKEW = 0.25;

    private final Load load;
    private final Costs costs;
    private final Deployment deployment;
    private final Random random;
    private final double[] shares;
    /** Changes that wait in each binlog, and events that wait in each partition. */
    private final double[] binlogs;

    private final double[] partitions;
    private double longestBefore;
    private double longest;
    private int caughtUp = -1;
    private double busy;

    /**
     * What happened.
     *
     * @param longestBefore the longest time in seconds that an event waited, from its commit to its view, while no worker was missing
     * @param longest the longest time that an event waited in the whole day
     * @param caughtUp how many seconds after the death of the worker no event waited longer than five seconds; -1 if not within the day
     * @param utilisation what part of the cores of the workers was busy, on the average of the day
     */
    record Result(double longestBefore, double longest, int caughtUp, double utilisation) {}

    private DaySimulation(Load load, Costs costs, Deployment deployment, long seed) {
        this.load = load;
        this.costs = costs;
        this.deployment = deployment;
        this.random = new Random(seed);
        this.binlogs = new double[deployment.servers()];
        this.partitions = new double[deployment.tasks()];
        this.shares = new double[deployment.tasks()];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = 1 + SKEW * (2 * random.nextDouble() - 1);
        }
        double sum = Arrays.stream(shares).sum();
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= sum;
        }
    }

    static Result run(Load load, Costs costs, Deployment deployment, long seed) {
        return new DaySimulation(load, costs, deployment, seed).runDay();
    }

    private Result runDay() {
        int burst = 0;
        for (int second = 0; second < DAY; second++) {
            if (burst == 0 && random.nextDouble() < BURSTS_PER_DAY / DAY) {
                burst = BURST_SECONDS;
            }
            double rate = rateAt(second) * (burst > 0 ? BURST : 1);
            burst = Math.max(0, burst - 1);
            boolean missing = second >= BUSIEST && second < BUSIEST + UNTIL_BACK;
            boolean moved = !missing || second >= BUSIEST + UNTIL_MOVED;
            runSecond(poisson(rate), missing, moved);
            observe(second, rate);
        }
        double cores = (double) deployment.workers() * deployment.cores();
        return new Result(longestBefore, longest, caughtUp, busy / (DAY * cores));
    }

    /** A cosine between the peak and as far below the average, but not below a tenth of the average. */
    private double rateAt(int second) {
        double swing = load.peak() - 1;
        double curve = 1 + swing * Math.cos(2 * Math.PI * (second - BUSIEST) / DAY);
        return load.meanRate() * Math.max(0.1, curve);
    }

    /** For many, a normal number is as good. */
    private double poisson(double mean) {
        return Math.max(0, Math.rint(mean + Math.sqrt(mean) * random.nextGaussian()));
    }

    private void runSecond(double arrived, boolean missing, boolean moved) {
        int workers = missing ? deployment.workers() - 1 : deployment.workers();
        double cores = (double) workers * deployment.cores();
        double perSource = costs.source(load);
        double perEvent = costs.sink(load);
        // Tasks are spread evenly: the worker that is missing has this part of them.
        int standingServers = moved ? 0 : share(binlogs.length);
        int standingTasks = moved ? 0 : share(partitions.length);
        double read = 0;
        for (int i = 0; i < binlogs.length; i++) {
            binlogs[i] += arrived / binlogs.length;
            if (i >= standingServers) {
                double changes = Math.min(binlogs[i], costs.sourceRate(load));
                changes = Math.min(changes, Math.max(0, cores) / perSource);
                cores -= changes * perSource;
                busy += changes * perSource;
                binlogs[i] -= changes;
                read += changes;
            }
        }
        double views = costs.viewRate(load) * deployment.views();
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] += read * shares[i];
            if (i >= standingTasks) {
                double events = Math.min(partitions[i], 1 / perEvent);
                events = Math.min(events, Math.min(views, Math.max(0, cores) / perEvent));
                views -= events;
                cores -= events * perEvent;
                busy += events * perEvent;
                partitions[i] -= events;
            }
        }
    }

    private int share(int parts) {
        return (int) Math.ceil((double) parts / deployment.workers());
    }

    /** An event at the end waits until what is before it has been processed at the rate at which it arrives. */
    private void observe(int second, double rate) {
        double waits = 0;
        for (double waiting : binlogs) {
            waits = Math.max(waits, waiting / (rate / binlogs.length));
        }
        double inTopic = 0;
        for (int i = 0; i < partitions.length; i++) {
            inTopic = Math.max(inTopic, partitions[i] / (rate * shares[i]));
        }
        waits += inTopic;
        longest = Math.max(longest, waits);
        if (second < BUSIEST) {
            longestBefore = Math.max(longestBefore, waits);
        } else if (waits > 5) {
            caughtUp = -1;
        } else if (caughtUp < 0) {
            caughtUp = second - BUSIEST;
        }
    }
}
