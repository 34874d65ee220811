package io.millrace.local.quickstart;

import io.millrace.local.RecordJson;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The output of the quickstart: its steps with their times, and the path of rows. For one thread. */
final class Screen {
    private static final int WIDTH = 118;
    private static final int LABEL = 7;
    private static final int LINES_OF_VALUE = 3;
    private static final List<String> HEADERS = List.of(
            "ce_type",
            "ce_time",
            "ce_revision",
            "requestId",
            "userId",
            "traceparent",
            "ce_id",
            "schedule-due",
            "schedule-occurrence",
            "schedule-request");
    private static final int LONGEST_STRING = 80;

    private final PrintStream out;
    private String step;
    private long stepStart;

    Screen(PrintStream out) {
        this.out = out;
    }

    /** Ends the last step, and begins the next one. */
    void step(String text) {
        endStep();
        step = text;
        stepStart = System.nanoTime();
        out.print(text + " ... ");
        out.flush();
    }

    /** Ends the last step. */
    void endStep() {
        if (step != null) {
            out.printf(Locale.ROOT, "%.1f s%n", (System.nanoTime() - stepStart) / 1e9);
            step = null;
        }
    }

    void line(String text) {
        endStep();
        out.println(text);
    }

    /** A write's statement, event, view row and time, each under its label. */
    void show(RowTrace trace) {
        endStep();
        out.println();
        wrap("SQL", shortened(trace.write().sql()), Integer.MAX_VALUE);
        trace.event()
                .ifPresentOrElse(
                        this::showEvent, () -> wrap("event", "(not among the topic's last events)", LINES_OF_VALUE));
        wrap("view", trace.view() + " " + text(trace.row()), LINES_OF_VALUE);
        wrap("time", trace.delay().toMillis() + " ms from commit to view", LINES_OF_VALUE);
    }

    /** An event's topic, key, headers and value. */
    void showEvent(ConsumerRecord<String, String> event) {
        showRecord("event", event);
    }

    /** The same of a reply of the schedules. */
    void showReply(ConsumerRecord<String, String> reply) {
        showRecord("reply", reply);
    }

    private void showRecord(String label, ConsumerRecord<String, String> event) {
        wrap(
                label,
                event.topic() + " " + RecordJson.payloadOf(event.key()) + " " + RecordJson.payloadOf(event.value()),
                LINES_OF_VALUE);
        List<String> headers = new ArrayList<>();
        for (String name : HEADERS) {
            String value = OfficialEvents.header(event, name);
            if (!value.isEmpty()) {
                headers.add(name + "=" + value);
            }
        }
        wrap("", String.join(" ", headers), LINES_OF_VALUE);
    }

    /** A list of commands, each under what it reaches. */
    void commands(Map<String, String> commands) {
        endStep();
        int width = commands.keySet().stream().mapToInt(String::length).max().orElse(0);
        commands.forEach((name, command) -> out.println("  " + name + " ".repeat(width - name.length() + 2) + command));
    }

    private void wrap(String label, String text, int lines) {
        String prefix = label + " ".repeat(LABEL - label.length());
        String rest = text;
        for (int i = 0; !rest.isEmpty(); i++) {
            int end = Math.min(rest.length(), WIDTH - LABEL);
            if (end < rest.length() && i < lines - 1) {
                int gap = Math.max(rest.lastIndexOf(' ', end - 1), rest.lastIndexOf(',', end - 1));
                end = gap > end / 2 ? gap + 1 : end;
            }
            String line = rest.substring(0, end);
            rest = rest.substring(end);
            if (i == lines - 1 && !rest.isEmpty()) {
                line = line.substring(0, line.length() - 3) + "...";
                rest = "";
            }
            out.println(prefix + line.stripTrailing());
            prefix = " ".repeat(LABEL);
        }
    }

    /** The statement with its long strings cut: the pages of a site's document are most of it. */
    static String shortened(String sql) {
        StringBuilder text = new StringBuilder();
        int inString = -1;
        for (int i = 0; i < sql.length(); i++) {
            char character = sql.charAt(i);
            boolean escaped = character == '\\' && inString >= 0 && i + 1 < sql.length();
            String unit = sql.substring(i, escaped ? i + 2 : i + 1);
            if (character == '\'') {
                text.append(inString > LONGEST_STRING ? "...'" : "'");
                inString = inString < 0 ? 0 : -1;
            } else if (inString <= LONGEST_STRING) {
                text.append(unit);
            }
            inString += inString >= 0 && character != '\'' ? unit.length() : 0;
            i += unit.length() - 1;
        }
        return text.toString();
    }

    private static String text(Map<String, String> row) {
        List<String> parts = new ArrayList<>();
        row.forEach((column, value) -> {
            if (value != null) {
                parts.add(column + "=" + value);
            }
        });
        return String.join(" ", parts);
    }
}
