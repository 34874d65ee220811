package io.millrace.it.compatibility;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A JDK on this machine.
 *
 * @param version as its file {@code release} says it, e.g. {@code 25.0.3}
 */
record Jdk(Path home, String version) {
    /** Names the home of the newer JDK, where the places that are looked at have none or another one is wanted. */
    static final String NEWER_HOME = "MILLRACE_NEWER_JDK";

    private static final String USER_HOME = System.getProperty("user.home");
    /** Folders of JDKs, and where in such a JDK its home is. */
    private static final List<Place> PLACES = List.of(
            new Place(Path.of("/usr/lib/jvm"), ""),
            new Place(Path.of("/Library/Java/JavaVirtualMachines"), "Contents/Home"),
            new Place(Path.of(USER_HOME, ".sdkman/candidates/java"), ""),
            new Place(Path.of(USER_HOME, ".jdks"), ""));

    private record Place(Path folder, String home) {}

    /** The one that runs this test. */
    static Jdk current() {
        return at(Path.of(System.getProperty("java.home"))).orElseThrow();
    }

    /**
     * The newest JDK that is newer than the one that runs this test.
     *
     * @throws IllegalStateException where {@value #NEWER_HOME} names something else than a JDK
     */
    static Optional<Jdk> newer() {
        String named = System.getenv(NEWER_HOME);
        if (named != null) {
            return Optional.of(at(Path.of(named))
                    .orElseThrow(() -> new IllegalStateException(NEWER_HOME + " names no JDK: " + named)));
        }
        Predicate<Jdk> isNewer = jdk -> jdk.feature() > current().feature();
        return PLACES.stream()
                .flatMap(Jdk::inside)
                .filter(isNewer)
                .max(Comparator.comparing(jdk -> Runtime.Version.parse(jdk.version())));
    }

    /** The number that a release of Java goes by, e.g. 25. */
    int feature() {
        return Runtime.Version.parse(version).feature();
    }

    private static Stream<Jdk> inside(Place place) {
        if (!Files.isDirectory(place.folder())) {
            return Stream.empty();
        }
        try (Stream<Path> folders = Files.list(place.folder())) {
            return folders.flatMap(folder -> at(folder.resolve(place.home())).stream()).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException("JDKs could not be looked for in " + place.folder(), e);
        }
    }

    private static Optional<Jdk> at(Path home) {
        Path release = home.resolve("release");
        if (!Files.isExecutable(home.resolve("bin/java")) || !Files.isRegularFile(release)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(release)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not be read: " + release, e);
        }
        return Optional.ofNullable(properties.getProperty("JAVA_VERSION"))
                .map(version -> new Jdk(home, version.replace("\"", "")));
    }
}
