package io.millrace.connectors.projection.faults;

/**
 * The parts of the scene that a fault needs for itself. Two kinds of faults strike together if they have no part in common:
 * otherwise one would wait for what the other one keeps from happening, or take for healed what the other one has struck.
 */
final class Part {
    /** The workers' processes. */
    static final String WORKERS = "workers";

    /** The views' server, its sessions, and the tables, for statements of the fault's own. */
    static final String VIEWS = "views";

    /** The payload store. */
    static final String STORE = "store";

    /** The broker, for whatever is done to topics, too. */
    static final String BROKER = "broker";

    /** The connector, through REST; a worker that is suspended gives no answer. */
    static final String CONNECTOR = "connector";

    /** Which events are produced, and when. */
    static final String TRAFFIC = "traffic";

    private Part() {}
}
