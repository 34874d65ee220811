package io.millrace.local.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.LocalPipeline;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of a pipeline that the page shows: the last events with the statement, the rule and the rows of the views of each; the
 * connectors with their state and lag; the last dead letters. One thread reads all of it in turn; {@link #describe} is for any
 * thread.
 */
public final class PipelineState implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PipelineState.class);
    private static final long PAUSE_MS = 10;
    private static final long DESCRIBE_EVERY_MS = 250;
    private static final long CONNECTORS_EVERY_MS = 2_000;

    private final LocalPipeline pipeline;
    private final AtomicReference<JsonNode> description =
            new AtomicReference<>(JsonNodeFactory.instance.objectNode().put("begins", true));
    private final Thread thread;
    private volatile boolean closed;

    /** Begins to read the pipeline. */
    public PipelineState(LocalPipeline pipeline) {
        this.pipeline = pipeline;
        this.thread = new Thread(this::readUntilClosed, "page-state");
        thread.setDaemon(true);
        thread.start();
    }

    /** The state now. */
    JsonNode describe() {
        return description.get();
    }

    private void readUntilClosed() {
        while (!closed) {
            try (Statements statements = new Statements(pipeline);
                    Records records = new Records(pipeline.bootstrapServers());
                    ViewRows views = new ViewRows(pipeline)) {
                read(statements, records, views);
            } catch (InterruptedException e) {
                return;
            } catch (Exception e) {
                LOG.debug("The page's data cannot be read, retrying", e);
                if (!waitFor(CONNECTORS_EVERY_MS)) {
                    return;
                }
            }
        }
    }

    private void read(Statements statements, Records records, ViewRows views) throws Exception {
        Connectors connectors = Connectors.NONE;
        long nextConnectors = System.nanoTime();
        long nextDescription = System.nanoTime();
        while (!closed) {
            if (System.nanoTime() - nextConnectors >= 0) {
                connectors = Connectors.read(pipeline.rest());
                records.follow(connectors);
                nextConnectors = System.nanoTime() + CONNECTORS_EVERY_MS * 1_000_000;
            }
            records.poll();
            statements.read();
            views.read(records.events(), connectors);
            if (System.nanoTime() - nextDescription >= 0) {
                ObjectNode now = JsonNodeFactory.instance.objectNode();
                now.set("events", records.describeEvents(connectors, statements));
                now.set("connectors", connectors.describe(records.endOffsets(), views.offsets()));
                now.set("deadLetters", records.describeDeadLetters());
                description.set(now);
                nextDescription = System.nanoTime() + DESCRIBE_EVERY_MS * 1_000_000;
            }
            if (!waitFor(PAUSE_MS)) {
                return;
            }
        }
    }

    private boolean waitFor(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
