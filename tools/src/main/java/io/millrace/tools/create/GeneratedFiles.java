package io.millrace.tools.create;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.tools.input.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of one run, by their names: all are written or none. */
final class GeneratedFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Map<String, String> texts = new LinkedHashMap<>();

    GeneratedFiles(Path folder) {
        this.folder = folder;
    }

    /** Adds a connector, as it is posted. */
    void addConnector(String file, String name, Map<String, String> options) {
        StringBuilder text = new StringBuilder("{\n  \"name\": " + quoteText(name) + ",\n  \"config\": {\n");
        String separator = "";
        for (Map.Entry<String, String> option : options.entrySet()) {
            text.append(separator)
                    .append("    ")
                    .append(quoteText(option.getKey()))
                    .append(": ")
                    .append(quoteText(option.getValue()));
            separator = ",\n";
        }
        texts.put(file, text.append("\n  }\n}\n").toString());
    }

    void addText(String file, String text) {
        texts.put(file, text);
    }

    private static String quoteText(String text) {
        try {
            return JSON.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a text is not written as JSON", e);
        }
    }

    /**
     * Writes them.
     *
     * @throws UsageException if one exists, before any is written, or the folder cannot be written
     */
    void writeAll() {
        for (String file : texts.keySet()) {
            if (Files.exists(folder.resolve(file))) {
                throw new UsageException(
                        "--out: " + folder.resolve(file) + " exists; name another folder, or move the file away");
            }
        }
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, String> file : texts.entrySet()) {
                Files.writeString(folder.resolve(file.getKey()), file.getValue(), StandardOpenOption.CREATE_NEW);
            }
        } catch (IOException e) {
            throw new UsageException("--out: cannot write to " + folder + ": " + e, e);
        }
    }

    /** The path of a file. */
    Path pathOf(String file) {
        return folder.resolve(file);
    }
}
