package io.millrace.tools.create;

import io.millrace.tools.input.UsageException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of the source's database.
 *
 * @param host the server
 * @param port its port
 * @param database the database of tables that are named without one
 */
record SourceAddress(String host, int port, String database) {
    private static final Pattern URL =
            Pattern.compile("jdbc:mysql://([^/?#:@(),\\[\\]\\s]+)(?::([0-9]{1,5}))?/([^/?#]+)");
    private static final int DEFAULT_PORT = 3306;
    private static final int MAX_PORT = 65_535;

    /**
     * Parses a URL.
     *
     * @throws UsageException if it is not the URL of a database of MySQL, or has more than host, port and database
     */
    static SourceAddress parse(String option, String url) {
        Matcher matcher = URL.matcher(url);
        // Without the text, which may have a password.
        if (!matcher.matches()) {
            throw new UsageException(
                    option + ": expected jdbc:mysql://HOST:PORT/DATABASE without a user, a password and"
                            + " parameters; set --user, --password-file and --database-config");
        }
        int port = matcher.group(2) == null ? DEFAULT_PORT : Integer.parseInt(matcher.group(2));
        if (port < 1 || port > MAX_PORT) {
            throw new UsageException(option + ": expected a port from 1 to " + MAX_PORT + ", found " + port);
        }
        return new SourceAddress(matcher.group(1), port, matcher.group(3));
    }

    /** Whether a URL names the same database, as far as its text shows. */
    boolean isSame(String url) {
        Matcher matcher = URL.matcher(url.replaceAll("\\?.*", ""));
        return matcher.matches()
                && matcher.group(1).equalsIgnoreCase(host)
                && (matcher.group(2) == null ? DEFAULT_PORT : Integer.parseInt(matcher.group(2))) == port
                && matcher.group(3).equalsIgnoreCase(database);
    }
}
