package io.millrace.connectors.projection.database;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Checks connection URLs: a dialect must exist for the database, and the URL must contain neither secrets nor
 * properties that the sink sets.
 */
public final class ConnectionUrl {
    /** Without the value, which may hold a password. */
    private static final String HIDDEN = "[hidden]";

    /** One host, and its port if there is one. */
    private static final Pattern SERVER = Pattern.compile("jdbc:[^/?]+//([^/?,:\\[\\]]+)(?::(\\d{1,5}))?(?:[/?]|$)");

    private static final int MAX_PORT = 65_535;

    private record Parameter(String name, String value) {}

    private ConnectionUrl() {}

    /**
     * Checks a URL.
     *
     * @throws ConfigException with the reason
     */
    public static void check(String option, @Nullable String url) {
        if (url == null) {
            return;
        }
        Dialect dialect = Dialects.find(url)
                .orElseThrow(() -> new ConfigException(
                        option, HIDDEN, "expected a URL that begins with " + Dialects.urlPrefixes()));
        int query = url.indexOf('?');
        String authority = query < 0 ? url : url.substring(0, query);
        if (authority.contains("@") || authority.contains("(")) {
            throw new ConfigException(
                    option, HIDDEN, "expected hosts without users; use the separate options for user and password");
        }
        if (query < 0) {
            return;
        }
        for (Parameter parameter : readParameters(url)) {
            String name = parameter.name();
            // Those of key files too, such as sslpassword and trustCertificateKeyStorePassword: a URL is shown to
            // everybody.
            if (name.equalsIgnoreCase("user") || name.toLowerCase(Locale.ROOT).matches(".*password\\d*")) {
                throw new ConfigException(
                        option, HIDDEN, "use the separate options for user and passwords, found '" + name + "'");
            }
            // An encoded name would be decoded behind our back.
            if (name.contains("%") || !dialect.permits(name, parameter.value())) {
                throw new ConfigException(option, HIDDEN, "the sink sets '" + name + "' itself");
            }
        }
    }

    /**
     * The server of a URL that {@link #check} took.
     *
     * @return empty if the URL names no host, several ones, or an impossible port
     */
    public static Optional<InetSocketAddress> findServer(String url) {
        Matcher server = SERVER.matcher(url);
        if (!server.lookingAt()) {
            return Optional.empty();
        }
        String text = server.group(2);
        int port = text == null ? Dialects.find(url).orElseThrow().defaultPort() : Integer.parseInt(text);
        return port > MAX_PORT
                ? Optional.empty()
                : Optional.of(InetSocketAddress.createUnresolved(server.group(1), port));
    }

    /** Whether the driver refuses a connection without TLS. */
    public static boolean requiresTls(String url) {
        Dialect dialect = Dialects.find(url).orElseThrow();
        List<Parameter> modes = readParameters(url).stream()
                .filter(parameter -> parameter.name().equalsIgnoreCase("sslmode"))
                .toList();
        return !modes.isEmpty() && modes.stream().allMatch(mode -> dialect.requiresTls(mode.name(), mode.value()));
    }

    private static List<Parameter> readParameters(String url) {
        int query = url.indexOf('?');
        if (query < 0) {
            return List.of();
        }
        return Arrays.stream(url.substring(query + 1).split("&", -1))
                .map(parameter -> parameter.split("=", 2))
                .map(parts -> new Parameter(parts[0].strip(), parts.length == 2 ? parts[1] : ""))
                .toList();
    }
}
