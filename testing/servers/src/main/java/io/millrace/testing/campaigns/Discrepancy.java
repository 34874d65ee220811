package io.millrace.testing.campaigns;

/**
 * A difference between the state under test and its model.
 *
 * @param text the place, the expected and the found
 */
public record Discrepancy(Kind kind, String text) {
    /** The violated property. */
    public enum Kind {
        /** Something is not as the committed events define it: it is missing, outdated, or should be deleted. */
        LOST("lost"),
        /** An event took effect twice, or took effect although it was never committed. */
        DUPLICATED("duplicated"),
        /** A message was sent twice. */
        REPEATED("repeated"),
        /** Something returned to an older revision. */
        REGRESSED("regressed"),
        /** Something has another content than it should have, or should not exist. */
        WRONG("wrong"),
        /** A client received something behind what comes after it. */
        REORDERED("reordered"),
        /** Something is behind what it should be before. */
        OUT_OF_ORDER("out of order"),
        /** An event is behind a later one of its key. */
        OVERTAKEN("overtaken"),
        /** Something was answered before what it needs was complete. */
        EARLY("early");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** The words of a campaign's lines. */
        @Override
        public String toString() {
            return text;
        }
    }
}
