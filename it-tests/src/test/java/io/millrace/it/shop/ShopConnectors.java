package io.millrace.it.shop;

import io.millrace.local.Pipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The configurations that the project ships. */
public final class ShopConnectors {
    private static final Path FOLDER = Path.of(System.getProperty("millrace.connect-configs", "../connect-configs"));

    private ShopConnectors() {}

    /** Every file for the shop in MySQL, in posting order. */
    public static List<Path> files() throws IOException {
        return files(FOLDER);
    }

    /** Every file for the shop in PostgreSQL, in posting order. */
    public static List<Path> filesForPostgres() throws IOException {
        return files(FOLDER.resolve("postgresql"));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    /** Those of the orders' and the sites' rows, in posting order: the source, and the sinks of apps and of orders. */
    public static List<Path> ofOrdersAndSites() throws IOException {
        return List.of(file("10-shop-source"), file("20-installed-apps"), file("21-order-status"));
    }

    /** The file of this name, without its suffix. */
    public static Path file(String name) {
        return FOLDER.resolve(name + ".json");
    }

    /** Posts those of the orders' and the sites' rows, and waits until they run. */
    public static void postOrdersAndSites(Pipeline pipeline) throws IOException {
        pipeline.rest().postAll(ofOrdersAndSites());
    }

    /** Posts all for the shop in MySQL and waits until they run. */
    public static void postAll(Pipeline pipeline) {
        pipeline.postAll(FOLDER);
    }
}
