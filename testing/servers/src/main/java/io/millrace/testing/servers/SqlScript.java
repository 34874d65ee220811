package io.millrace.testing.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The SQL files of a folder, in the order of their names. A statement ends with a {@code ;} at the end of a line, and
 * {@code ${NAME}} stands for a value that is put in, escaped as the inside of a SQL string.
 */
public record SqlScript(Path folder) {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Z_]+)}");
    private static final Pattern COMMENT_LINE = Pattern.compile("^\\s*--.*$", Pattern.MULTILINE);

    /**
     * Runs every statement.
     *
     * @throws IllegalArgumentException if a placeholder has no value
     * @throws SQLException if the server refuses a statement; the message names the file
     */
    public void apply(Connection connection, Map<String, String> values) throws SQLException {
        for (Path file : files()) {
            try (Statement statement = connection.createStatement()) {
                for (String sql : statements(file, values)) {
                    statement.execute(sql);
                }
            } catch (SQLException e) {
                throw new SQLException(file + ": " + e.getMessage(), e.getSQLState(), e.getErrorCode(), e);
            }
        }
    }

    /** Every statement, in the order in which {@link #apply} runs them. */
    List<String> statements(Map<String, String> values) {
        return files().stream()
                .flatMap(file -> statements(file, values).stream())
                .toList();
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".sql"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The folder of SQL files could not be read: " + folder, e);
        }
    }

    private static List<String> statements(Path file, Map<String, String> values) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("The SQL file could not be read: " + file, e);
        }
        String code = COMMENT_LINE.matcher(text).replaceAll("");
        List<String> statements = new ArrayList<>();
        for (String part : code.split(";[ \t]*(\\R|$)", -1)) {
            if (!part.isBlank()) {
                statements.add(fillIn(part.strip(), values, file));
            }
        }
        return statements;
    }

    private static String fillIn(String sql, Map<String, String> values, Path file) {
        return PLACEHOLDER.matcher(sql).replaceAll(match -> {
            String value = values.get(match.group(1));
            if (value == null) {
                throw new IllegalArgumentException("No value was given for ${" + match.group(1) + "} in " + file
                        + "; given are " + values.keySet().stream().sorted().collect(Collectors.toList()));
            }
            return Matcher.quoteReplacement(value.replace("\\", "\\\\").replace("'", "''"));
        });
    }
}
