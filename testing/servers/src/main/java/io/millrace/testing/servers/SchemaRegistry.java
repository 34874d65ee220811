package io.millrace.testing.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.storage.Converter;

/** Apicurio's registry as a child process, its schemas in its memory, and the converters that speak with it. */
public final class SchemaRegistry extends LoopbackServer {
    private static final Duration TIME_TO_START = Duration.ofMinutes(2);
    private static final String HEAP = "384m";

    private final Path built;
    private final Path directory;

    private SchemaRegistry(Path built, Path directory) {
        this.built = built.toAbsolutePath().normalize();
        this.directory = directory;
    }

    /**
     * Starts a registry; returns when it answers.
     *
     * @param built where {@code it-tests/registry} was built: has {@code registry} and {@code plugins}
     * @param directory a new one, for its log
     * @throws ServerFailedException if it does not start; the message has the end of its log
     */
    public static SchemaRegistry start(Path built, Path directory) {
        SchemaRegistry registry = new SchemaRegistry(built, directory);
        registry.startOnFreePort(directory);
        return registry;
    }

    /** The value of {@code apicurio.registry.url} for converters. */
    public String address() {
        return "http://127.0.0.1:" + port() + "/apis/registry/v2";
    }

    /** The registry's response, as text. */
    public String get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address() + path)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    /** The folder of the converters for a worker, as a part of its {@code plugin.path}. */
    public static Path plugins(Path built) {
        return built.toAbsolutePath().normalize().resolve("plugins");
    }

    /** A converter of the registry's, its libraries apart from those of this process, as they are in a worker. */
    public Converter converter(String className, Map<String, String> options, boolean isKey)
            throws IOException, ReflectiveOperationException {
        List<URL> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(plugins(built).resolve("registry-converters"))) {
            for (Path jar : files.toList()) {
                jars.add(jar.toUri().toURL());
            }
        }
        ClassLoader own = new OwnClassesFirst(jars.toArray(URL[]::new), SchemaRegistry.class.getClassLoader());
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(own);
        try {
            Converter converter = (Converter)
                    own.loadClass(className).getDeclaredConstructor().newInstance();
            converter.configure(options, isKey);
            return converter;
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Override
    ChildProcess launch() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JavaCommand.small(HEAP));
        command.addAll(
                List.of("-Dquarkus.http.host=127.0.0.1", "-Dquarkus.http.port=" + port(), "-jar", runner().toString()));
        return ChildProcess.start("registry", directory, command, Map.of());
    }

    private Path runner() {
        try (Stream<Path> files = Files.list(built.resolve("registry"))) {
            return files.filter(file -> file.toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow(() -> new ServerFailedException("There is no registry in " + built));
        } catch (IOException e) {
            throw new UncheckedIOException("There is no registry in " + built, e);
        }
    }

    @Override
    Duration timeToStart() {
        return TIME_TO_START;
    }

    @Override
    boolean answers() {
        try {
            return get("/system/info").contains("apicurio");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static final class OwnClassesFirst extends URLClassLoader {
        OwnClassesFirst(URL[] jars, ClassLoader parent) {
            super(jars, parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("java.") || name.startsWith("org.apache.kafka.") || name.startsWith("org.slf4j.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                try {
                    return findClass(name);
                } catch (ClassNotFoundException e) {
                    return super.loadClass(name, resolve);
                }
            }
        }
    }
}
