package io.millrace.connectors.projection.write;

import io.millrace.changes.RecordPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports refused records to Connect's dead letter queue, and returns only when the queue has acknowledged them. If the
 * queue refuses a record in one form, the record is reported in the next form: a copy with {@link ErrorHeaders}, the
 * record as it was consumed, and a small record without its value.
 *
 * <p>Connect has two reporters, its log and the queue, and returns a future of those that are not done when they
 * return. Kafka's producer is done at once only with a record that it refuses by itself: it is too large, or the topic
 * may not be written. Then Connect answers with a completed {@link CompletableFuture} although no queue has the record. It answers the
 * same if the brokers acknowledge the record before it looks, so the record is reported once more in its form before it is taken as refused.
 *
 * <p>For the writer's thread; {@link #giveTurn} is for the task's.
 */
public final class DeadLetterQueue {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterQueue.class);
    private static final long POLL_MS = 100;

    private final DeadLetterSettings settings;
    private final @Nullable ErrantRecordReporter reporter;
    private final LogContext log;
    private final TaskTurns turns = new TaskTurns();
    private volatile boolean waiting;

    /** With null as the reporter, or without a topic, a record that is refused fails the task. */
    public DeadLetterQueue(DeadLetterSettings settings, @Nullable ErrantRecordReporter reporter, LogContext log) {
        this.settings = settings;
        this.reporter = reporter;
        this.log = log;
    }

    /** Whether the task continues after a record is refused. */
    boolean takesRecords() {
        return hasQueue() && settings.toleratesErrors();
    }

    private boolean hasQueue() {
        return reporter != null && settings.hasTopic();
    }

    /**
     * Logs the refused records and hands them over.
     *
     * @throws ConnectException if the queue does not take one of them
     * @throws ClosedException if {@link #close} is called first
     */
    void handOver(List<Refusal> refusals) {
        waiting = true;
        try {
            List<Report> open = new ArrayList<>();
            for (Refusal refusal : refusals) {
                log.log(refusal.record(), () -> LOG.warn("Refused {}", refusal));
                open.add(new Report(refusal, firstForm(refusal.record())));
            }
            while (!open.isEmpty()) {
                sendAll(open);
                open = awaitAll(open);
            }
        } finally {
            waiting = false;
        }
    }

    /**
     * The failure of the task by a record that is refused. If there is a queue although errors are not tolerated, the queue
     * is handed the record, as Connect does.
     */
    RefusedRecordException failByRefusal(Refusal refusal) {
        if (!hasQueue()) {
            return refusal.reason()
                    .with("; the task fails because " + DeadLetterSettings.TOPIC_OPTION
                            + " is not set. Set it, and " + DeadLetterSettings.TOLERANCE_OPTION
                            + "=all, to send refused records to a dead letter queue");
        }
        RefusedRecordException failure = refusal.reason()
                .with("; the task fails because " + DeadLetterSettings.TOLERANCE_OPTION
                        + " is not all. The dead letter queue " + settings.topic() + " has the record");
        turns.takeTurn();
        try {
            boolean copied = firstForm(refusal.record()) == Form.COPY;
            SinkRecord record = refusal.record();
            // Connect throws, and has no future for the caller.
            Future<Void> unused = report(copied ? ErrorHeaders.copy(record, refusal.reason()) : record, failure);
        } catch (RuntimeException e) {
            if (e.getCause() != failure) {
                // Without the exception's text, which may quote the record.
                LOG.warn(
                        "Dead letter queue failed, {} is not in {}: {}",
                        RecordPlace.of(refusal.record()),
                        settings.topic(),
                        e.getClass().getName());
            }
        } finally {
            turns.endTurn();
        }
        return failure;
    }

    /** The reason why the writer waits, if it waits for the queue; for messages. */
    Optional<String> waitsFor() {
        return waiting ? Optional.of("waits for the dead letter queue " + settings.topic()) : Optional.empty();
    }

    /** Lets the writer's thread hand records over if it has some. Returns within a few seconds. */
    void giveTurn() {
        turns.giveTurn();
    }

    /**
     * Ends long waiting of the writer's thread.
     *
     * @throws ClosedException after {@link #close}
     */
    void requireOpen() {
        turns.requireOpen();
    }

    /** Ends the waiting of {@link #handOver}. */
    void close() {
        turns.close();
    }

    private Form firstForm(SinkRecord record) {
        return settings.addsHeaders() && RecordSize.of(record) <= settings.largestCopyBytes()
                ? Form.COPY
                : Form.ORIGINAL;
    }

    private void sendAll(List<Report> reports) {
        long deadline = deadline();
        int next = 0;
        while (next < reports.size()) {
            turns.takeTurn();
            try {
                while (next < reports.size() && !turns.isOver() && sendReport(reports.get(next))) {
                    next++;
                    deadline = deadline();
                }
            } finally {
                turns.endTurn();
            }
            if (next < reports.size()) {
                requireTime(deadline, reports.get(next));
            }
        }
    }

    /** Hands a record over in the first form that the producer accepts; false if the turn was interrupted before. */
    private boolean sendReport(Report report) {
        while (true) {
            String reason;
            try {
                Future<Void> future = report(report.recordInForm(), report.refusal.reason());
                if (!(future instanceof CompletableFuture && future.isDone())) {
                    report.future = future;
                    return true;
                }
                if (!report.repeated) {
                    report.repeated = true;
                    continue;
                }
                reason = "the queue's producer refuses it";
            } catch (RuntimeException e) {
                if (turns.isInterrupted()) {
                    // The producer gave up waiting, and has not taken the record.
                    return false;
                }
                // Without the exception's text, which may quote the record.
                reason = "it fails with " + e.getClass().getName();
            }
            if (!report.hasNextForm()) {
                throw notTaken(report, reason, null);
            }
            report.takeNextForm(reason);
        }
    }

    /** Waits for the queue's answers; what it refused is to be sent again in another form. */
    private List<Report> awaitAll(List<Report> reports) {
        List<Report> again = new ArrayList<>();
        for (Report report : reports) {
            try {
                awaitAnswer(report);
            } catch (ExecutionException e) {
                Throwable reason = e.getCause();
                if (!(reason instanceof RecordTooLargeException) || !report.hasNextForm()) {
                    throw notTaken(report, "its response is " + reason, reason);
                }
                report.takeNextForm("the queue's topic refuses it as too large");
                again.add(report);
            }
        }
        return again;
    }

    private void awaitAnswer(Report report) throws ExecutionException {
        long deadline = deadline();
        while (true) {
            try {
                Objects.requireNonNull(report.future).get(POLL_MS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                turns.requireOpen();
                requireTime(deadline, report);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ConnectException(
                        "Interrupted while a refused record was reported; its batch is not written", e);
            }
        }
    }

    private Future<Void> report(SinkRecord record, Throwable reason) {
        return Objects.requireNonNull(reporter).report(record, reason);
    }

    private long deadline() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.timeoutMs());
    }

    private void requireTime(long deadline, Report report) {
        if (System.nanoTime() - deadline > 0) {
            throw new ConnectException("The dead letter queue " + settings.topic() + " ("
                    + DeadLetterSettings.TOPIC_OPTION + ") has not accepted a refused"
                    + " record for " + settings.timeoutMs()
                    + " ms, so its batch is not written: " + RecordPlace.of(report.refusal.record())
                    + ". Check that the topic exists and that its brokers respond");
        }
    }

    private ConnectException notTaken(Report report, String reason, @Nullable Throwable cause) {
        return new ConnectException(
                "The dead letter queue " + settings.topic() + " (" + DeadLetterSettings.TOPIC_OPTION
                        + ") does not accept a refused record, so its batch is not written: "
                        + RecordPlace.of(report.refusal.record()) + ", " + reason
                        + ". Check that the topic exists, that the connector's producer may write to it, and that the"
                        + " record fits " + DeadLetterSettings.REQUEST_SIZE_OPTION + " and the topic's"
                        + " max.message.bytes; the worker's log has Kafka's response",
                cause);
    }

    /** In what form a record is handed over. */
    private enum Form {
        COPY,
        ORIGINAL,
        SMALL
    }

    /** A refused record on its way to the queue. */
    private static final class Report {
        private final Refusal refusal;
        private Form form;
        private @Nullable Future<Void> future;
        /** Whether the record was reported in its form once, and Connect's answer was done. */
        private boolean repeated;

        private Report(Refusal refusal, Form form) {
            this.refusal = refusal;
            this.form = form;
        }

        private SinkRecord recordInForm() {
            return switch (form) {
                case COPY -> ErrorHeaders.copy(refusal.record(), refusal.reason());
                case ORIGINAL -> refusal.record();
                case SMALL -> ErrorHeaders.withoutValue(refusal.record(), refusal.reason());
            };
        }

        private boolean hasNextForm() {
            return form != Form.SMALL;
        }

        private void takeNextForm(String reason) {
            Form next = form == Form.COPY ? Form.ORIGINAL : Form.SMALL;
            LOG.warn(
                    "Reporting {} {}: {}",
                    RecordPlace.of(refusal.record()),
                    next == Form.ORIGINAL
                            ? "as it was consumed, without headers that state the reason"
                            : "without its value",
                    reason);
            form = next;
            repeated = false;
        }
    }
}
