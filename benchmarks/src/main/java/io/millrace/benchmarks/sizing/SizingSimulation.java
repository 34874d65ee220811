package io.millrace.benchmarks.sizing;

import io.millrace.benchmarks.harness.BenchmarkArguments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Prints what the formula buys for loads, and whether a simulated day agrees. */
final class SizingSimulation {
    private static final List<Double> EVENTS_PER_DAY = List.of(1e6, 1e7, 1e8, 1e9, 2.5e9);
    /** The longest that an event may wait while no worker is missing, in seconds. */
    private static final double LONGEST_WAIT = 5;
    /** The longest until no event waits longer than that after a worker has died, in seconds. */
    private static final int LONGEST_CATCH_UP = 30 * 60;

    private static final int DAYS = 5;

    private SizingSimulation() {}

    /** Takes options; exits with 1 if a day disagrees with the formula. */
    public static void main(String[] words) throws IOException {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words, Set.of(), Set.of("events", "peak", "columns", "projections", "cores", "costs", "seed"));
        Costs costs = arguments.has("costs") ? Costs.of(Path.of(arguments.text("costs", ""))) : Costs.measured();
        long seed = Long.parseLong(arguments.text("seed", "1"));
        System.out.printf(
                Locale.ROOT,
                "%13s%10s%9s%7s%7s%9s%7s%9s%9s%12s%12s%12s%7s%n",
                "events/day",
                "peak/s",
                "servers",
                "views",
                "tasks",
                "workers",
                "cores",
                "GB/day",
                "MB/s",
                "waits s",
                "one dies s",
                "in time s",
                "busy");
        int contradicted = 0;
        List<Double> amounts =
                arguments.has("events") ? List.of(Double.parseDouble(arguments.text("events", ""))) : EVENTS_PER_DAY;
        for (double events : amounts) {
            Load load = new Load(
                    events,
                    Double.parseDouble(arguments.text("peak", "3")),
                    arguments.numberOf("columns", 10),
                    arguments.numberOf("projections", 1));
            contradicted += isContradicted(load, costs, arguments.numberOf("cores", 4), seed) ? 1 : 0;
        }
        System.out.println("contradicted " + contradicted);
        if (contradicted > 0) {
            System.exit(1);
        }
    }

    private static boolean isContradicted(Load load, Costs costs, int cores, long seed) {
        Deployment deployment = Deployment.of(load, costs, cores);
        List<DaySimulation.Result> days = Stream.iterate(seed, next -> next + 1)
                .limit(DAYS)
                .map(next -> DaySimulation.run(load, costs, deployment, next))
                .toList();
        double before = days.stream()
                .mapToDouble(DaySimulation.Result::longestBefore)
                .max()
                .orElseThrow();
        double longest =
                days.stream().mapToDouble(DaySimulation.Result::longest).max().orElseThrow();
        boolean never = days.stream().anyMatch(day -> day.caughtUp() < 0);
        int caughtUp =
                days.stream().mapToInt(DaySimulation.Result::caughtUp).max().orElseThrow();
        double busy = days.stream()
                .mapToDouble(DaySimulation.Result::utilisation)
                .average()
                .orElseThrow();
        System.out.printf(
                Locale.ROOT,
                "%13.0f%10.0f%9d%7d%7d%9d%7d%9.1f%9.1f%12.1f%12.0f%12s%7.2f%n",
                load.eventsPerDay(),
                load.peakRate(),
                deployment.servers(),
                deployment.views(),
                deployment.tasks(),
                deployment.workers(),
                deployment.workers() * deployment.cores(),
                load.eventsPerDay() * costs.bytes(load) / 1e9,
                load.peakRate() * costs.bytes(load) / 1e6,
                before,
                longest,
                never ? "never" : Integer.toString(caughtUp),
                busy);
        return before > LONGEST_WAIT || never || caughtUp > LONGEST_CATCH_UP;
    }
}
