package io.millrace.tools.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** A file of settings, as {@link Properties} reads it. */
public final class PropertiesFile {
    private PropertiesFile() {}

    /**
     * Reads the file that an option names, with the variables of its values resolved.
     *
     * @return empty if the option is not set
     * @throws UsageException if the file cannot be read, or a variable has no value
     */
    public static Map<String, String> read(Arguments arguments, String option) {
        return Variables.resolveVariables(
                arguments.path(option).map(PropertiesFile::read).orElse(Map.of()), name -> true);
    }

    /**
     * Reads a file, with the variables of its values as they are.
     *
     * @throws UsageException if the file cannot be read
     */
    public static Map<String, String> read(Path file) {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageException("cannot read " + file + ": " + e, e);
        }
        Map<String, String> settings = new TreeMap<>();
        properties.forEach((name, value) -> settings.put((String) name, (String) value));
        return settings;
    }
}
