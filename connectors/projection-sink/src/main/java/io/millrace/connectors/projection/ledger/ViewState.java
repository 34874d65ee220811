package io.millrace.connectors.projection.ledger;

/** How far a connector is with one of its views. */
public enum ViewState {
    /** It writes the view, and has written it since the first record. */
    LIVE,
    /** A rebuild has begun, and the shadow may not exist yet. */
    BEGUN,
    /** All topics are replayed into the shadow. */
    REPLAYING,
    /** The replaced connector is retired, and the shadow takes the name of the view. */
    SWAPPING
}
