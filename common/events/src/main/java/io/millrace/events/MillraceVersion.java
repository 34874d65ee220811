package io.millrace.events;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this build, which Connect lists for each plugin. */
public final class MillraceVersion {
    private static final String RESOURCE = "version.properties";
    private static final String VERSION = read();

    private MillraceVersion() {}

    /** The version as Maven names it, e.g. {@code 0.1.0}. */
    public static String get() {
        return VERSION;
    }

    private static String read() {
        try (InputStream in = MillraceVersion.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(
                        "The archive lacks " + RESOURCE + "; it was not built by its own build");
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
