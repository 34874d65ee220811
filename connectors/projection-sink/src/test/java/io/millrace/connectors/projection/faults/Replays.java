package io.millrace.connectors.projection.faults;

/**
 * What an operator has the sink do in this round that neither the recorded effects nor a reader may hold against it. In the
 * end every row is right all the same.
 */
final class Replays {
    private volatile boolean rowsStepBack;
    private volatile boolean effectsUnknown;

    /** Topics are read again from the first record: rows step back, and events take effect again. */
    void begin() {
        rowsStepBack = true;
        effectsUnknown = true;
    }

    /** The database forgets its last transactions, and with them which effects it has recorded: rows step back. */
    void beginStepBack() {
        rowsStepBack = true;
    }

    /** The tables are exchanged, and nothing records what is done to the new ones: readers see no row step back. */
    void beginExchange() {
        effectsUnknown = true;
    }

    boolean letRowsStepBack() {
        return rowsStepBack;
    }

    boolean leaveEffectsUnknown() {
        return effectsUnknown;
    }

    void end() {
        rowsStepBack = false;
        effectsUnknown = false;
    }
}
