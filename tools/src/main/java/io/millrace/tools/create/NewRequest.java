package io.millrace.tools.create;

import io.millrace.connectors.projection.database.ConnectionUrl;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.expressions.TopLevel;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.PropertiesFile;
import io.millrace.tools.input.SecretOptions;
import io.millrace.tools.input.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The arguments of {@code millrace new}.
 *
 * @param user the account that reads the definitions, and that the source has
 * @param password its password, which is not written and not printed
 * @param databaseOptions the connection's options for TLS, with their variables
 * @param tables the tables; none for all
 * @param prefix the first part of the names of connectors and topics
 * @param payloadStore the store of large values
 * @param payloadOptions the options of the store, with their variables
 * @param folder where the files are written
 */
record NewRequest(
        SourceAddress source,
        String user,
        String password,
        Map<String, String> databaseOptions,
        List<TableName> tables,
        String prefix,
        Optional<String> viewsUrl,
        Optional<String> viewsUser,
        Optional<String> bootstrapServers,
        Optional<String> payloadStore,
        Map<String, String> payloadOptions,
        Path folder) {
    private static final String DATABASE_URL = "--database-url";
    private static final String USER = "--user";
    private static final String PASSWORD_FILE = "--password-file";
    private static final String DATABASE_CONFIG = "--database-config";
    private static final String TABLES = "--tables";
    private static final String PREFIX = "--prefix";
    private static final String VIEWS_URL = "--views-url";
    private static final String VIEWS_USER = "--views-user";
    private static final String BOOTSTRAP_SERVERS = "--bootstrap-servers";
    private static final String PAYLOAD_STORE = "--payload-store";
    private static final String PAYLOAD_CONFIG = "--payload-config";
    private static final String OUT = "--out";

    /** All options; each has a value. */
    static final Set<String> OPTIONS = Set.of(
            DATABASE_URL,
            USER,
            PASSWORD_FILE,
            DATABASE_CONFIG,
            TABLES,
            PREFIX,
            VIEWS_URL,
            VIEWS_USER,
            BOOTSTRAP_SERVERS,
            PAYLOAD_STORE,
            PAYLOAD_CONFIG,
            OUT);

    /** The variable of the environment with the password, if no file has it. */
    private static final String PASSWORD_VARIABLE = "MILLRACE_DATABASE_PASSWORD";

    private static final String ALL_TABLES = "*";
    private static final Pattern TOPIC_PREFIX = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{[^}:]+:[^}]*}");

    NewRequest {
        databaseOptions = Map.copyOf(databaseOptions);
        tables = List.copyOf(tables);
        payloadOptions = Map.copyOf(payloadOptions);
    }

    /**
     * Reads them.
     *
     * @throws UsageException if one is missing or wrong
     */
    static NewRequest of(Arguments arguments) {
        SourceAddress source = SourceAddress.parse(DATABASE_URL, arguments.required(DATABASE_URL));
        Optional<String> views = arguments.value(VIEWS_URL);
        views.ifPresent(url -> {
            ConnectionUrl.check(VIEWS_URL, url);
            if (source.isSame(url)) {
                throw new UsageException(
                        VIEWS_URL + ": expected another database than that of the source, because a view"
                                + " would have the name of its table; create a database for the views");
            }
        });
        if (arguments.has(PAYLOAD_CONFIG) && !arguments.has(PAYLOAD_STORE)) {
            throw new UsageException(PAYLOAD_CONFIG + " needs " + PAYLOAD_STORE);
        }
        return new NewRequest(
                source,
                arguments.required(USER),
                readPassword(arguments),
                readOptions(arguments, DATABASE_CONFIG, "database.ssl"),
                parseTables(arguments.required(TABLES)),
                parsePrefix(arguments, source),
                views,
                arguments.value(VIEWS_USER),
                arguments.value(BOOTSTRAP_SERVERS),
                arguments.value(PAYLOAD_STORE),
                readOptions(arguments, PAYLOAD_CONFIG, "payload."),
                Path.of(arguments.required(OUT)));
    }

    private static String readPassword(Arguments arguments) {
        Optional<Path> file = arguments.path(PASSWORD_FILE);
        if (file.isPresent()) {
            try {
                return Files.readString(file.get()).replaceAll("\\R$", "");
            } catch (IOException e) {
                throw new UsageException("cannot read " + file.get() + ": " + e, e);
            }
        }
        String password = System.getenv(PASSWORD_VARIABLE);
        if (password == null) {
            throw new UsageException("the password of " + USER + " is missing: set " + PASSWORD_FILE
                    + ", or the environment variable " + PASSWORD_VARIABLE);
        }
        return password;
    }

    /** Options that are written as they are, so that a secret has to be a variable. */
    private static Map<String, String> readOptions(Arguments arguments, String option, String prefix) {
        Map<String, String> options = arguments
                .path(option)
                .map(file -> new TreeMap<>(PropertiesFile.read(file)))
                .orElseGet(TreeMap::new);
        options.forEach((name, value) -> {
            if (!name.startsWith(prefix)) {
                throw new UsageException(option + ": expected options that begin with " + prefix + ", found " + name);
            }
            if (SecretOptions.isSecret(name) && !VARIABLE.matcher(value).matches()) {
                throw new UsageException(option + ": " + name + " would be written into a configuration; expected a"
                        + " variable such as ${env:NAME}");
            }
        });
        return options;
    }

    private static List<TableName> parseTables(String list) {
        if (list.equals(ALL_TABLES)) {
            return List.of();
        }
        try {
            Set<TableName> names = new LinkedHashSet<>();
            for (String name : TopLevel.split(list, ',')) {
                names.add(TableName.parse(name));
            }
            return new ArrayList<>(names);
        } catch (IllegalArgumentException e) {
            throw new UsageException(TABLES + ": " + e.getMessage() + "; found '" + list + "'", e);
        }
    }

    private static String parsePrefix(Arguments arguments, SourceAddress source) {
        String prefix = arguments.value(PREFIX).orElseGet(() -> PlainNames.toIdentifier(source.database()));
        if (!TOPIC_PREFIX.matcher(prefix).matches()) {
            throw new UsageException(PREFIX + ": expected letters, digits, '.', '_' and '-', found '" + prefix + "'");
        }
        return prefix;
    }

    /** The reference to a variable of the worker's environment that belongs to the source. */
    String variableOf(String name) {
        String start = prefix.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        return "${env:" + (Character.isDigit(start.charAt(0)) ? "_" + start : start) + "_" + name + "}";
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + " at " + source;
    }
}
