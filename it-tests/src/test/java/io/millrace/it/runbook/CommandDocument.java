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
import java.util.Objects;
import java.util.Optional;

/** The blocks of commands ({@code ```sh}) of a document, by the headings ({@code ##}) that they stand under, in their order. */
record CommandDocument(Map<String, List<Block>> sections) {
    private static final String HEADING = "## ";
    private static final String BEGIN = "```sh";
    private static final String BEGIN_OUTPUT = "```";
    private static final String END = "```";

    /**
     * Commands that are run as they are written.
     *
     * @param output what the document shows after them, in a block without a language; empty if it shows nothing
     */
    record Block(String commands, Optional<String> output) {}

    /**
     * Reads a document whose blocks are all commands or their outputs.
     *
     * @throws IOException also if there is another block, an output without commands, or a block outside of a section
     */
    static CommandDocument read(Path document) throws IOException {
        Map<String, List<Block>> sections = new LinkedHashMap<>();
        List<Block> blocks = null;
        Deque<String> lines = new ArrayDeque<>(Files.readAllLines(document));
        while (!lines.isEmpty()) {
            String line = lines.removeFirst();
            if (line.startsWith(HEADING)) {
                blocks = new ArrayList<>();
                sections.put(line.substring(HEADING.length()), blocks);
            } else if (line.equals(BEGIN)) {
                Objects.requireNonNull(blocks, document + " has a block before its first section")
                        .add(new Block(block(lines), Optional.empty()));
            } else if (line.equals(BEGIN_OUTPUT) && blocks != null && !blocks.isEmpty()) {
                Block last = blocks.remove(blocks.size() - 1);
                if (last.output().isPresent()) {
                    throw new IOException(document + " has two outputs of one block: " + last.commands());
                }
                blocks.add(new Block(last.commands(), Optional.of(block(lines))));
            } else if (line.startsWith(END)) {
                throw new IOException(document + " has a block that is neither " + BEGIN + " nor its output: " + line);
            }
        }
        return new CommandDocument(sections);
    }

    /** The commands of a section's blocks. */
    List<String> commandsOf(String section) {
        return sections.get(section).stream().map(Block::commands).toList();
    }

    private static String block(Deque<String> lines) {
        StringBuilder text = new StringBuilder();
        for (String line = lines.removeFirst(); !line.equals(END); line = lines.removeFirst()) {
            text.append(line).append('\n');
        }
        return text.toString();
    }
}
