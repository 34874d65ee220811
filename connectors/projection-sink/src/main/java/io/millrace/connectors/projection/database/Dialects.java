package io.millrace.connectors.projection.database;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The dialects that the service file names. */
final class Dialects {
    /** With the class loader of the plugin: a worker's threads do not have it as their context. */
    private static final List<Dialect> ALL = ServiceLoader.load(Dialect.class, Dialect.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList();

    private Dialects() {}

    /** The dialect of the database that a JDBC URL names; empty if there is none. */
    static Optional<Dialect> find(String url) {
        return ALL.stream()
                .filter(dialect -> url.startsWith(dialect.urlPrefix()))
                .findFirst();
    }

    /** How the URLs of all databases begin, for a message. */
    static String urlPrefixes() {
        return ALL.stream().map(Dialect::urlPrefix).collect(Collectors.joining(" or "));
    }
}
