package io.millrace.connectors.projection.database;

/**
 * A login of the views' database.
 *
 * @param user the database user
 * @param password the user's password, or a token in its place
 */
public record DatabaseLogin(String user, String password) implements LoginSource {
    @Override
    public DatabaseLogin read() {
        return this;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user;
    }
}
