package io.millrace.testing.campaigns;

import java.util.List;
import java.util.Optional;

/**
 * Servers under load, and the model of the state that they must reach. A campaign uses it from one thread.
 *
 * @param <S> what faults can reach
 */
public interface CampaignSubject<S> extends AutoCloseable {
    /** What faults can reach. */
    S scene();

    /** Starts the load, or resumes it. */
    void startLoad() throws Exception;

    /** Waits until a part of the load large enough to be in the middle of work has been committed since this call. */
    void awaitLoad() throws Exception;

    /** Pauses the load; returns when nothing more is committed. */
    void pauseLoad() throws Exception;

    /** Waits until every server that a fault stopped is up. */
    void awaitServers() throws Exception;

    /** Returns in a few words what has not been processed yet, or nothing if the state is final. */
    Optional<String> findBacklog();

    /** Compares the final state with the model, and whatever was observed since the last call. */
    List<Discrepancy> findDiscrepancies() throws Exception;

    /** The size of the state in a few words. */
    String size();

    /** How much the campaign has checked, in a few words. */
    String effort();

    /** Stops everything. */
    @Override
    void close();
}
