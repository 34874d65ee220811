package io.millrace.testing.campaigns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Rounds of one fault each, or of two. In a round the fault is injected while the load runs; then the load pauses, the
 * servers settle, and the state is compared with the model. In one of four rounds another kind is combined with it, if
 * possible: it is injected at the same time, or as soon as the first one is removed, while the system still recovers. A
 * campaign ends at the first round that is wrong. For one thread.
 *
 * @param <S> what faults can reach
 */
public final class Campaign<S> {
    private static final Duration TIME_WITHOUT_PROGRESS = Duration.ofMinutes(3);
    /** A replay of all events of a long campaign, on a busy machine. */
    private static final Duration TIME_TO_SETTLE = Duration.ofMinutes(15);

    private static final int MAX_DELAY_MS = 300;
    private static final int DISCREPANCIES_SHOWN = 20;
    /** One in this many rounds is one of two faults. */
    private static final int JOINED_OF = 4;

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
     * @param random of the order of faults, of those that strike together, of the moments at which they strike, and of their
     *     details
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
            playNextRound(kinds);
        }
    }

    /** Plays rounds until none begins in this time or one was wrong; each kind comes once before any comes again. */
    public void playFor(Duration time, List<Fault<S>> kinds) throws Exception {
        long deadline = System.nanoTime() + time.toNanos();
        do {
            playNextRound(kinds);
        } while (isRight() && System.nanoTime() < deadline);
    }

    private void playNextRound(List<Fault<S>> kinds) throws Exception {
        if (bag.isEmpty()) {
            bag.addAll(kinds);
            Collections.shuffle(bag, random);
        }
        Fault<S> fault = bag.remove(0);
        List<Fault<S>> others = kinds.stream().filter(fault::canJoin).toList();
        if (random.nextInt(JOINED_OF) == 0 && !others.isEmpty()) {
            playRound(fault, others.get(random.nextInt(others.size())), random.nextBoolean());
        } else {
            playRound(fault);
        }
    }

    /** Plays one round of one fault. */
    public void playRound(Fault<S> fault) throws Exception {
        Random details = new Random(random.nextLong());
        playRound(() -> strike(fault, details));
    }

    /**
     * Plays one round of two faults.
     *
     * @param atOnce whether both strike at the same time; otherwise the second one strikes when the first one is healed
     */
    public void playRound(Fault<S> first, Fault<S> second, boolean atOnce) throws Exception {
        Random details = new Random(random.nextLong());
        Random detailsOfSecond = new Random(random.nextLong());
        playRound(() -> {
            if (!atOnce) {
                return strike(first, details) + " then " + strike(second, detailsOfSecond);
            }
            FutureTask<String> other = new FutureTask<>(() -> strike(second, detailsOfSecond));
            Thread thread = new Thread(other, "second-fault");
            thread.start();
            try {
                String struck = strike(first, details);
                return struck + " with " + other.get();
            } finally {
                // The other fault is healed, whatever failed.
                thread.join();
            }
        });
    }

    private String strike(Fault<S> fault, Random details) {
        String struck;
        try {
            struck = fault.strike().on(subject.scene(details));
        } catch (Exception e) {
            throw new IllegalStateException("The fault " + fault.name() + " could not strike", e);
        }
        return fault.name() + (struck.isEmpty() ? "" : " (" + struck + ")");
    }

    private void playRound(Callable<String> strike) throws Exception {
        long start = System.nanoTime();
        subject.startLoad();
        subject.awaitLoad();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(MAX_DELAY_MS));
        String struck = strike.call();
        subject.awaitLoad();
        subject.pauseLoad();

        long settling = System.nanoTime();
        Optional<String> backlog = settle();
        double settled = secondsSince(settling);
        List<Discrepancy> discrepancies = subject.findDiscrepancies();
        rounds++;
        discrepancies.forEach(discrepancy -> found.merge(discrepancy.kind(), 1, Integer::sum));
        out.accept(String.format(
                "round %d: %s, settled in %.1f s of %.1f s, %s: %s",
                rounds,
                struck,
                settled,
                secondsSince(start),
                subject.size(),
                describe(kind -> countOf(discrepancies, kind))));
        discrepancies.stream()
                .limit(DISCREPANCIES_SHOWN)
                .forEach(discrepancy -> out.accept("  " + discrepancy.kind().name() + " " + discrepancy.text()));
        backlog.ifPresent(text -> {
            unsettled = true;
            out.accept("  NOT SETTLED, without progress for " + TIME_WITHOUT_PROGRESS.toSeconds() + " s: " + text);
        });
    }

    /** Waits until the state is final; returns what has not been processed when nothing changes any more, or the time is up. */
    private Optional<String> settle() throws Exception {
        subject.awaitServers();
        long now = System.nanoTime();
        long end = now + TIME_TO_SETTLE.toNanos();
        long progress = now;
        Optional<String> backlog = subject.findBacklog();
        while (backlog.isPresent() && now < end && now - progress < TIME_WITHOUT_PROGRESS.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(50);
            Optional<String> before = backlog;
            backlog = subject.findBacklog();
            now = System.nanoTime();
            if (!backlog.equals(before)) {
                progress = now;
            }
        }
        return backlog;
    }

    private static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    private static long countOf(List<Discrepancy> discrepancies, Discrepancy.Kind kind) {
        return discrepancies.stream()
                .filter(discrepancy -> discrepancy.kind() == kind)
                .count();
    }

    private String describe(ToLongFunction<Discrepancy.Kind> count) {
        return subject.discrepancyKinds().stream()
                .map(kind -> kind + " " + count.applyAsLong(kind))
                .collect(Collectors.joining(" "));
    }

    /** Whether every round settled and nothing was found. */
    public boolean isRight() {
        return found.isEmpty() && !unsettled;
    }

    /** The last line. */
    public String summary() {
        return "faults " + rounds + " " + describe(kind -> found.getOrDefault(kind, 0));
    }
}
