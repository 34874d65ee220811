package io.millrace.testing;

import java.util.Random;

/** Seeds of randomised tests. */
public final class Seeds {
    private static final String PROPERTY = "millrace.seed";

    private Seeds() {}

    /** A new seed, or the one that the system property gives; printed, so that a run can be repeated. */
    public static long next() {
        long seed = Long.getLong(PROPERTY, new Random().nextLong());
        System.out.println("Repeat this run with -D" + PROPERTY + "=" + seed);
        return seed;
    }
}
