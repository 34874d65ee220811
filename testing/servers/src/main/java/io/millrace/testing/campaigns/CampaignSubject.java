package io.millrace.testing.campaigns;

import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Servers under load, and the model of the state that they must reach. A campaign uses it from one thread.
 *
 * @param <S> what faults can reach
 */
public interface CampaignSubject<S> extends AutoCloseable {
    /**
     * The target of a fault, which may be combined with another fault.
     *
     * @param details decides the details of the fault
     */
    S scene(Random details);

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

    /** The kinds of discrepancies that {@link #findDiscrepancies} finds, in the order of the campaign's lines. */
    List<Discrepancy.Kind> discrepancyKinds();

    /** Compares the final state with the model, and whatever was observed since the last call. */
    List<Discrepancy> findDiscrepancies() throws Exception;

    /** The size of the state in a few words. */
    String size();

    /** A short summary of the checks so far. */
    String effort();

    /** Stops everything. */
    @Override
    void close();
}
