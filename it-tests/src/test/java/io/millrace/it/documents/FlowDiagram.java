package io.millrace.it.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A flow of steps in rows, made from text and drawn as SVG.
 *
 * <pre>
 * diagram = title line *row
 * row     = "row" line step *( arrow step )
 * step    = name *( " | " detail ) line
 * arrow   = "-> " label line
 * </pre>
 *
 * An arrow leads from each step to the next, and from the last step of a row to the first of the next row.
 *
 * @param title the title of the picture
 * @param rows the steps of each row
 */
record FlowDiagram(String title, List<List<Step>> rows) {
    private static final int BOX_WIDTH = 200;
    private static final int BOX_HEIGHT = 74;
    private static final int GAP = 150;
    private static final int ROW_GAP = 60;
    private static final int MARGIN = 20;
    private static final int TITLE_HEIGHT = 40;
    private static final int LINE_HEIGHT = 18;

    /** More characters of a label or a detail would not fit their places. */
    private static final int MOST_CHARACTERS = 28;

    /**
     * A box with the arrow that leads to it.
     *
     * @param arrow the label of the arrow; empty for the first step of a row
     * @param name what the box is called
     * @param details lines below the name
     */
    record Step(String arrow, String name, List<String> details) {
        Step {
            List<String> texts = new ArrayList<>(details);
            texts.add(name);
            texts.add(arrow);
            for (String text : texts) {
                if (text.length() > MOST_CHARACTERS) {
                    throw new IllegalArgumentException(
                            "expected at most " + MOST_CHARACTERS + " characters, found '" + text + "'");
                }
            }
            details = List.copyOf(details);
        }
    }

    /**
     * Parses a diagram.
     *
     * @throws IllegalArgumentException if a line is not expected at its place
     */
    static FlowDiagram parse(String text) {
        List<String> lines = text.lines().toList();
        List<List<Step>> rows = new ArrayList<>();
        String arrow = "";
        for (String line : lines.subList(1, lines.size())) {
            if (line.equals("row")) {
                rows.add(new ArrayList<>());
            } else if (rows.isEmpty()) {
                throw new IllegalArgumentException("expected 'row', found '" + line + "'");
            } else if (line.startsWith("-> ")) {
                arrow = line.substring("-> ".length());
            } else {
                List<String> parts = List.of(line.split(" \\| "));
                rows.get(rows.size() - 1).add(new Step(arrow, parts.get(0), parts.subList(1, parts.size())));
                arrow = "";
            }
        }
        return new FlowDiagram(lines.get(0), rows);
    }

    /** The picture. */
    String toSvg() {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int width = 2 * MARGIN + columns * BOX_WIDTH + (columns - 1) * GAP;
        int height = TITLE_HEIGHT + 2 * MARGIN + rows.size() * BOX_HEIGHT + (rows.size() - 1) * ROW_GAP;
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
                <title>%s</title>
                <defs><marker id="head" viewBox="0 0 10 10" refX="10" refY="5" markerWidth="8" markerHeight="8" \
                orient="auto"><path d="M0 0L10 5L0 10z"/></marker></defs>
                <rect width="100%%" height="100%%" fill="white"/>
                <text x="%d" y="%d" font-size="18" font-weight="bold">%s</text>
                """, width, height, escape(title), MARGIN, TITLE_HEIGHT - LINE_HEIGHT / 2, escape(title)));
        for (int row = 0; row < rows.size(); row++) {
            List<Step> steps = rows.get(row);
            for (int column = 0; column < steps.size(); column++) {
                if (column > 0) {
                    drawArrow(svg, row, column, steps.get(column).arrow());
                }
                drawBox(svg, row, column, steps.get(column));
            }
            if (row + 1 < rows.size()) {
                drawTurn(svg, row, steps.size() - 1);
            }
        }
        return svg.append("</svg>\n").toString();
    }

    private static void drawBox(StringBuilder svg, int row, int column, Step step) {
        int x = left(column);
        int y = top(row);
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"#eef3fb\" stroke=\"#3b5b8c\"/>%n",
                x,
                y,
                BOX_WIDTH,
                BOX_HEIGHT));
        int middle = x + BOX_WIDTH / 2;
        int baseline = y + (BOX_HEIGHT - step.details().size() * LINE_HEIGHT) / 2 + 5;
        svg.append(text(middle, baseline, "font-weight=\"bold\"", step.name()));
        for (String detail : step.details()) {
            baseline += LINE_HEIGHT;
            svg.append(text(middle, baseline, "fill=\"#444\"", detail));
        }
    }

    private static void drawArrow(StringBuilder svg, int row, int column, String label) {
        int y = top(row) + BOX_HEIGHT / 2;
        int from = left(column) - GAP;
        svg.append(line("M%d %dH%d".formatted(from, y, left(column))));
        svg.append(text(from + GAP / 2, y - LINE_HEIGHT / 2, "fill=\"#3b5b8c\"", label));
    }

    /** From the last step of a row down, and to the first step of the next one. */
    private static void drawTurn(StringBuilder svg, int row, int last) {
        int from = left(last) + BOX_WIDTH / 2;
        int bottom = top(row) + BOX_HEIGHT;
        int to = left(0) + BOX_WIDTH / 2;
        svg.append(line("M%d %dV%dH%dV%d".formatted(from, bottom, bottom + ROW_GAP / 2, to, top(row + 1))));
    }

    private static String line(String path) {
        return "<path d=\"" + path + "\" fill=\"none\" stroke=\"black\" marker-end=\"url(#head)\"/>\n";
    }

    private static String text(int x, int y, String style, String text) {
        return "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" %s>%s</text>%n".formatted(x, y, style, escape(text));
    }

    private static int left(int column) {
        return MARGIN + column * (BOX_WIDTH + GAP);
    }

    private static int top(int row) {
        return TITLE_HEIGHT + MARGIN + row * (BOX_HEIGHT + ROW_GAP);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
