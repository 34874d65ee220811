package io.millrace.tools.create;

import io.millrace.tools.input.UsageException;
import io.millrace.tools.source.SourceProduct;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of the source's database.
 *
 * @param host the server
 * @param port its port
 */
record SourceAddress(SourceProduct product, String host, int port, String database) {
    private static final Pattern URL =
            Pattern.compile("jdbc:[a-z]+://([^/?#:@(),\\[\\]\\s]+)(?::([0-9]{1,5}))?/([^/?#]+)");
    private static final int MAX_PORT = 65_535;
    /** The schema that every database of PostgreSQL has. */
    private static final String PUBLIC = "public";

    /**
     * Parses a URL.
     *
     * @throws UsageException if it is not the URL of a database of MySQL or PostgreSQL, or has more than host, port and database
     */
    static SourceAddress parse(String option, String url) {
        Matcher matcher = URL.matcher(url);
        Optional<SourceProduct> product = SourceProduct.ofUrl(url);
        // Without the text, which may have a password.
        if (product.isEmpty() || !matcher.matches()) {
            throw new UsageException(option
                    + ": expected jdbc:mysql://HOST:PORT/DATABASE or jdbc:postgresql://HOST:PORT/DATABASE without a"
                    + " user, a password and parameters; set --user, --password-file and --database-config");
        }
        int port = portOf(product.get(), matcher);
        if (port < 1 || port > MAX_PORT) {
            throw new UsageException(option + ": expected a port from 1 to " + MAX_PORT + ", found " + port);
        }
        return new SourceAddress(product.get(), matcher.group(1), port, matcher.group(3));
    }

    private static int portOf(SourceProduct product, Matcher matcher) {
        return matcher.group(2) == null ? product.port() : Integer.parseInt(matcher.group(2));
    }

    /** The first part of the name of a table that is named without one: the database, or a schema of it. */
    String schema() {
        return product == SourceProduct.POSTGRESQL ? PUBLIC : database;
    }

    /** Whether a URL names the same database, as far as its text shows. */
    boolean isSame(String url) {
        Matcher matcher = URL.matcher(url.replaceAll("\\?.*", ""));
        return SourceProduct.ofUrl(url).filter(product::equals).isPresent()
                && matcher.matches()
                && matcher.group(1).equalsIgnoreCase(host)
                && portOf(product, matcher) == port
                && matcher.group(3).equalsIgnoreCase(database);
    }
}
