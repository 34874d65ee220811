package io.millrace.connectors.projection.faults;

/**
 * The connector that writes the views. A rebuild puts another one in its place, and the two use two names in turn: the next
 * successor has the name of the former predecessor, of which the ledger still has rows.
 */
final class Sinks {
    static final String BLUE = "faults-blue";
    static final String GREEN = "faults-green";

    private volatile Sink current;

    Sinks(Sink first) {
        this.current = first;
    }

    Sink current() {
        return current;
    }

    /** A connector that would rebuild the views, and is not posted yet. */
    Sink prepareSuccessor() {
        return current.successor(current.name().equals(BLUE) ? GREEN : BLUE);
    }

    /** The successor has rebuilt the views. */
    void replaceBy(Sink successor) {
        current = successor;
    }
}
