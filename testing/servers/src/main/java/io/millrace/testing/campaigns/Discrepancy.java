package io.millrace.testing.campaigns;

/**
 * A difference between the state under test and its model.
 *
 * @param text where it is, what was expected and what was found
 */
public record Discrepancy(Kind kind, String text) {
    /** What was violated. */
    public enum Kind {
        /** Something is not as the committed events define it: it is missing, outdated, or should be deleted. */
        LOST,
        /** An event took effect twice, or took effect although it was never committed. */
        DUPLICATED,
        /** Something returned to an older revision. */
        REGRESSED
    }
}
