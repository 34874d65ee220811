package io.millrace.payloads;

import java.util.Random;

/** Randomised tests print their seed; {@code -Dmillrace.seed=N} repeats a run. */
public final class Seed {
    private Seed() {}

    public static Random random(String test) {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        System.out.println(test + ": -Dmillrace.seed=" + seed);
        return new Random(seed);
    }
}
