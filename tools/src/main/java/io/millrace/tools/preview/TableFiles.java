package io.millrace.tools.preview;

import io.millrace.lookups.LookupOptions;
import io.millrace.tools.input.UsageException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files in the place of the topics of tables that expressions look up. */
final class TableFiles {
    private static final Pattern LOOKUP = Pattern.compile("(.*\\.)?lookup\\.[0-9]+");

    private TableFiles() {}

    /**
     * Sets the files in the options of each transform that declares the tables.
     *
     * @param tables as {@code NAME=FILE,NAME=FILE}
     * @throws UsageException if a table is not declared
     */
    static void addTo(Map<String, String> options, String tables) {
        for (String table : tables.split(",", -1)) {
            int equals = table.indexOf('=');
            if (equals < 1) {
                throw new UsageException("--table: expected NAME=FILE, found '" + table + "'");
            }
            addTo(
                    options,
                    table.substring(0, equals).strip(),
                    table.substring(equals + 1).strip());
        }
    }

    private static void addTo(Map<String, String> options, String name, String file) {
        boolean found = false;
        for (Map.Entry<String, String> option : List.copyOf(options.entrySet())) {
            Matcher declaration = LOOKUP.matcher(option.getKey());
            if (declaration.matches()
                    && option.getValue().split(";", 2)[0].strip().equals(name)) {
                String prefix = declaration.group(1) == null ? "" : declaration.group(1);
                options.put(prefix + LookupOptions.fileOption(name), file);
                found = true;
            }
        }
        if (!found) {
            throw new UsageException(
                    "--table: no option lookup.N of the configuration declares the table '" + name + "'");
        }
    }
}
