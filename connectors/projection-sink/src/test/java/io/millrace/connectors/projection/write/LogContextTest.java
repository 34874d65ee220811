package io.millrace.connectors.projection.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** On Log4j 2, which is what a worker logs with. */
class LogContextTest {
    private static final String NAME = LogContextTest.class.getName();
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(LogContextTest.class);

    private final Remembering lines = new Remembering();
    private final LogContext context = new LogContext(List.of("requestId", "userId", "traceparent"));

    @BeforeEach
    void listen() {
        lines.start();
        ((Logger) LogManager.getLogger(NAME)).addAppender(lines);
        MDC.clear();
    }

    @AfterEach
    void leave() {
        ((Logger) LogManager.getLogger(NAME)).removeAppender(lines);
        MDC.clear();
    }

    @Test
    void putsTheHeadersOfTheRecordIntoTheLinesAboutIt() {
        SinkRecord record = record();
        record.headers().addString("requestId", "r-1").addString("other", "x").addInt("userId", 42);

        context.log(record, () -> LOG.error("Refused"));
        LOG.error("Something else");

        assertThat(lines.contexts).containsExactly(Map.of("requestId", "r-1", "userId", "42"), Map.of());
    }

    @Test
    void givesBackWhatTheWorkerHadThere() {
        MDC.put("connector.context", "[views|task-0] ");
        MDC.put("requestId", "outer");
        SinkRecord record = record();
        record.headers().addString("traceparent", "t");

        assertThatThrownBy(() -> context.log(record, () -> {
                    LOG.error("Refused");
                    throw new IllegalStateException("from the lines");
                }))
                .hasMessage("from the lines");

        assertThat(lines.contexts).containsExactly(Map.of("connector.context", "[views|task-0] ", "traceparent", "t"));
        assertThat(MDC.getCopyOfContextMap())
                .isEqualTo(Map.of("connector.context", "[views|task-0] ", "requestId", "outer"));
    }

    @Test
    void letsNoHeaderWriteLinesOfItsOwn() {
        SinkRecord record = record();
        record.headers().addString("requestId", "a\n2026-01-01 ERROR all is lost\u2028\u001b[31m");
        record.headers().addString("userId", "u".repeat(10_000));

        context.log(record, () -> LOG.error("Refused"));

        assertThat(lines.contexts.get(0)).containsEntry("requestId", "a?2026-01-01 ERROR all is lost??[31m");
        assertThat(lines.contexts.get(0).get("userId")).hasSize(512);
    }

    @Test
    void carriesTheRequestInTheLineOfARefusal() {
        Logger logger = (Logger) LogManager.getLogger(DeadLetterQueue.class);
        logger.addAppender(lines);
        logger.setLevel(Level.WARN);
        SinkRecord record = record();
        record.headers().addString("requestId", "r-7");
        FutureTask<Void> answer = new FutureTask<>(() -> null);
        answer.run();
        DeadLetterQueue queue = new DeadLetterQueue(
                new DeadLetterSettings("misfits", true, true, Long.MAX_VALUE, 10_000),
                (bad, reason) -> answer,
                context);
        try {
            CompletableFuture<Void> handingOver = CompletableFuture.runAsync(
                    () -> queue.handOver(List.of(Refusal.of(record, "it does not fit", null))));
            while (!handingOver.isDone()) {
                queue.giveTurn();
            }
            handingOver.join();
        } finally {
            logger.setLevel(null);
            logger.removeAppender(lines);
        }

        assertThat(lines.texts)
                .singleElement()
                .asString()
                .contains("events-3@12")
                .contains("it does not fit");
        assertThat(lines.contexts).containsExactly(Map.of("requestId", "r-7"));
    }

    private static SinkRecord record() {
        return new SinkRecord("events", 3, null, null, null, null, 12);
    }

    private static final class Remembering extends AbstractAppender {
        private final List<Map<String, String>> contexts = new ArrayList<>();
        private final List<String> texts = new ArrayList<>();

        Remembering() {
            super("remembering", null, null, true, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            contexts.add(event.getContextData().toMap());
            texts.add(event.getMessage().getFormattedMessage());
        }
    }
}
