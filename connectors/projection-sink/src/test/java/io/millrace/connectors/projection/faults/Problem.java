package io.millrace.connectors.projection.faults;

/** Something in the views that must not be. */
record Problem(Kind kind, String text) {
    enum Kind {
        /** A row is not as the committed events say: one is missing, older, or should be gone. */
        LOST,
        /** An event took effect twice, or although it was never committed. */
        DUPLICATED,
        /** A row went back to an older revision. */
        REGRESSED
    }
}
