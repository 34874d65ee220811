package io.millrace.testing.campaigns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Rounds of one fault each. In a round the fault strikes while the load runs; then the load pauses, the servers settle, and
 * the state is compared with the model. A campaign ends at the first round that is wrong. For one thread.
 *
 * @param <S> what faults can reach
 */
public final class Campaign<S> {
    private static final Duration TIME_TO_SETTLE = Duration.ofMinutes(2);
    private static final int MAX_DELAY_MS = 300;
    private static final int DISCREPANCIES_SHOWN = 20;

    private final CampaignSubject<S> subject;
    private final Random random;
    private final Consumer<String> out;
    private final Map<Discrepancy.Kind, Integer> found = new EnumMap<>(Discrepancy.Kind.class);
    private final List<Fault<S>> bag = new ArrayList<>();
    private int rounds;
    private boolean unsettled;

    /**
     * A campaign that has played no round.
     *
     * @param random of the order of faults and of the moments at which they strike
     * @param out receives a line for each round
     */
    public Campaign(CampaignSubject<S> subject, Random random, Consumer<String> out) {
        this.subject = subject;
        this.random = random;
        this.out = out;
    }

    /** Plays rounds until this many were played or one was wrong; each kind comes once before any comes again. */
    public void playRounds(int count, List<Fault<S>> kinds) throws Exception {
        for (int i = 0; i < count && isRight(); i++) {
            playRound(nextFault(kinds));
        }
    }

    /** Plays rounds until none begins in this time or one was wrong; each kind comes once before any comes again. */
    public void playFor(Duration time, List<Fault<S>> kinds) throws Exception {
        long deadline = System.nanoTime() + time.toNanos();
        do {
            playRound(nextFault(kinds));
        } while (isRight() && System.nanoTime() < deadline);
    }

    private Fault<S> nextFault(List<Fault<S>> kinds) {
        if (bag.isEmpty()) {
            bag.addAll(kinds);
            Collections.shuffle(bag, random);
        }
        return bag.remove(0);
    }

    /** Plays one round. */
    public void playRound(Fault<S> fault) throws Exception {
        long start = System.nanoTime();
        subject.startLoad();
        subject.awaitLoad();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(MAX_DELAY_MS));
        String struck = fault.strike().on(subject.scene());
        subject.awaitLoad();
        subject.pauseLoad();

        long settling = System.nanoTime();
        Optional<String> backlog = settle();
        double settled = secondsSince(settling);
        List<Discrepancy> discrepancies = subject.findDiscrepancies();
        rounds++;
        discrepancies.forEach(discrepancy -> found.merge(discrepancy.kind(), 1, Integer::sum));
        out.accept(String.format(
                "round %d: %s%s, settled in %.1f s of %.1f s, %s: lost %d duplicated %d regressed %d",
                rounds,
                fault.name(),
                struck.isEmpty() ? "" : " (" + struck + ")",
                settled,
                secondsSince(start),
                subject.size(),
                count(discrepancies, Discrepancy.Kind.LOST),
                count(discrepancies, Discrepancy.Kind.DUPLICATED),
                count(discrepancies, Discrepancy.Kind.REGRESSED)));
        discrepancies.stream()
                .limit(DISCREPANCIES_SHOWN)
                .forEach(discrepancy -> out.accept("  " + discrepancy.kind() + " " + discrepancy.text()));
        backlog.ifPresent(text -> {
            unsettled = true;
            out.accept("  NOT SETTLED within " + TIME_TO_SETTLE.toSeconds() + " s: " + text);
        });
    }

    /** Waits until the state is final; returns what has not been processed when the time is up. */
    private Optional<String> settle() throws Exception {
        subject.awaitServers();
        long deadline = System.nanoTime() + TIME_TO_SETTLE.toNanos();
        Optional<String> backlog = subject.findBacklog();
        while (backlog.isPresent() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(50);
            backlog = subject.findBacklog();
        }
        return backlog;
    }

    private static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    private static long count(List<Discrepancy> discrepancies, Discrepancy.Kind kind) {
        return discrepancies.stream()
                .filter(discrepancy -> discrepancy.kind() == kind)
                .count();
    }

    /** Whether every round settled and nothing was found. */
    public boolean isRight() {
        return found.isEmpty() && !unsettled;
    }

    /** The last line. */
    public String summary() {
        return "faults " + rounds + " lost " + found.getOrDefault(Discrepancy.Kind.LOST, 0) + " duplicated "
                + found.getOrDefault(Discrepancy.Kind.DUPLICATED, 0) + " regressed "
                + found.getOrDefault(Discrepancy.Kind.REGRESSED, 0);
    }
}
