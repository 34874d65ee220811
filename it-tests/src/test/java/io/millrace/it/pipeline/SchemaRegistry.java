package io.millrace.it.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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

/** Apicurio's registry as a process, its schemas in its memory, and the converters that speak with it. */
final class SchemaRegistry implements AutoCloseable {
    private static final Path BUILT = Path.of(System.getProperty("millrace.it.registry", "registry/target"))
            .toAbsolutePath()
            .normalize();

    private final Process process;
    private final String address;

    private SchemaRegistry(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /** Starts a registry that logs into this directory; returns when it answers. */
    static SchemaRegistry start(Path directory) throws IOException {
        Files.createDirectories(directory);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path log = directory.resolve("registry.log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx384m",
                        "-XX:+UseSerialGC",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=" + port,
                        "-jar",
                        runner().toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        SchemaRegistry registry = new SchemaRegistry(process, "http://127.0.0.1:" + port + "/apis/registry/v2");
        await("the registry; its log is " + log)
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptionsInstanceOf(IOException.class)
                .failFast(() -> !process.isAlive())
                .until(() -> registry.get("/system/info").contains("apicurio"));
        return registry;
    }

    private static Path runner() throws IOException {
        try (Stream<Path> files = Files.list(BUILT.resolve("registry"))) {
            return files.filter(file -> file.toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    String address() {
        return address;
    }

    /** What the registry answers, as text. */
    String get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    /** Where a worker finds the converters. */
    static Path plugins() {
        return BUILT.resolve("plugins");
    }

    /** A converter of the registry's, its libraries apart from the tests' as they are in a worker. */
    static Converter converter(String className, Map<String, String> options, boolean isKey) throws Exception {
        List<URL> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(plugins().resolve("registry-converters"))) {
            for (Path jar : files.toList()) {
                jars.add(jar.toUri().toURL());
            }
        }
        assertThat(jars).isNotEmpty();
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
    public void close() {
        process.destroy();
        process.onExit().join();
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
