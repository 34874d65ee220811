package io.millrace.tools.changes;

import io.millrace.tools.input.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * A file with a change event to each line, as {@link ChangeJson} reads it; empty lines are skipped.
 *
 * @param file the file; {@code -} is the standard input
 */
public record ChangeFile(Path file) implements ChangeSource {
    @Override
    public void forEach(Predicate<Change> wantsMore) {
        ChangeJson json = new ChangeJson();
        try (BufferedReader lines = open()) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                String place = file + ":" + number;
                if (!line.isBlank()
                        && !wantsMore.test(json.readChange(
                                place, ConnectJson.parseText(place, line.getBytes(StandardCharsets.UTF_8))))) {
                    return;
                }
            }
        } catch (IOException e) {
            throw new UsageException("cannot read " + file + ": " + e, e);
        }
    }

    private BufferedReader open() throws IOException {
        return file.toString().equals("-")
                ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                : Files.newBufferedReader(file);
    }
}
