package io.millrace.connectors.projection.database;

/** Where the login of a new connection comes from; its text names the user or the place. Safe for use by many threads. */
public interface LoginSource {
    /**
     * The login that is valid now.
     *
     * @throws StateException if there is none, with an SQLState of refused logins; the message contains no secret
     */
    DatabaseLogin read() throws StateException;
}
