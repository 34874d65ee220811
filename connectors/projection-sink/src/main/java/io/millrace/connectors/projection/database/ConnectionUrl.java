package io.millrace.connectors.projection.database;

import java.util.Locale;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Checks connection URLs: a dialect must exist for the database, and the URL must contain neither secrets nor
 * properties that the sink sets.
 */
public final class ConnectionUrl {
    /** Without the value, which may hold a password. */
    private static final String HIDDEN = "[hidden]";

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
        for (String parameter : url.substring(query + 1).split("&", -1)) {
            String[] parts = parameter.split("=", 2);
            String name = parts[0].strip();
            // Those of key files too, such as sslpassword and trustCertificateKeyStorePassword: a URL is shown to
            // everybody.
            if (name.equalsIgnoreCase("user") || name.toLowerCase(Locale.ROOT).matches(".*password\\d*")) {
                throw new ConfigException(
                        option, HIDDEN, "use the separate options for user and passwords, found '" + name + "'");
            }
            // An encoded name would be decoded behind our back.
            if (name.contains("%") || !dialect.permits(name, parts.length == 2 ? parts[1] : "")) {
                throw new ConfigException(option, HIDDEN, "the sink sets '" + name + "' itself");
            }
        }
    }
}
