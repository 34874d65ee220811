package io.millrace.it.runbook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The blocks of commands ({@code ```sh}) of a document, by the headings ({@code ##}) that they stand under, in their order. */
record Runbook(Map<String, List<String>> sections) {
    private static final String HEADING = "## ";
    private static final String BEGIN = "```sh";
    private static final String END = "```";

    static Runbook read(Path document) throws IOException {
        Map<String, List<String>> sections = new LinkedHashMap<>();
        List<String> blocks = new ArrayList<>();
        Deque<String> lines = new ArrayDeque<>(Files.readAllLines(document));
        while (!lines.isEmpty()) {
            String line = lines.removeFirst();
            if (line.startsWith(HEADING)) {
                blocks = new ArrayList<>();
                sections.put(line.substring(HEADING.length()), blocks);
            } else if (line.equals(BEGIN)) {
                blocks.add(block(lines));
            } else if (line.startsWith(END)) {
                throw new IOException(document + " has a block that is not " + BEGIN + ": " + line);
            }
        }
        return new Runbook(sections);
    }

    private static String block(Deque<String> lines) {
        StringBuilder text = new StringBuilder();
        for (String line = lines.removeFirst(); !line.equals(END); line = lines.removeFirst()) {
            text.append(line).append('\n');
        }
        return text.toString();
    }
}
