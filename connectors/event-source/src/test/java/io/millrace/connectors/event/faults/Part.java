package io.millrace.connectors.event.faults;

/**
 * The parts of the scene that a fault needs for itself. Two kinds of faults strike together if they have no part in common:
 * otherwise one would wait for what the other one prevents.
 */
final class Part {
    /** The workers' processes. */
    static final String WORKERS = "workers";

    /** The database servers, the definitions of tables, and snapshots. */
    static final String DATABASE = "database";

    /** The broker. */
    static final String BROKER = "broker";

    /** The store of the pictures. */
    static final String STORE = "store";

    /** The connector, through REST; a worker that is suspended gives no answer. */
    static final String CONNECTOR = "connector";

    private Part() {}
}
