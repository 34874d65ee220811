package io.millrace.examples.imports;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command {@code examples/contacts-import/run}, which runs one of the services:
 *
 * <pre>
 * service                                       the page and its HTTP service
 * splitter [--share-with DATA_CENTRE]           makes jobs of imports; every second one is for the other data centre
 * importer NAME [--pause MS] [--report-twice]   imports the contacts of jobs; any number, with different names
 * </pre>
 */
final class ContactsImport {
    private static final Logger LOG = LoggerFactory.getLogger(ContactsImport.class);
    private static final String USAGE = "expected service, splitter [--share-with DATA_CENTRE],"
            + " or importer NAME [--pause MS] [--report-twice]";

    private ContactsImport() {}

    /** Exits with 2 if an argument or a variable is wrong. */
    public static void main(String... arguments) throws IOException {
        List<AutoCloseable> parts = new ArrayList<>();
        try {
            start(List.of(arguments), System.getenv(), parts);
        } catch (IllegalArgumentException e) {
            System.err.println("contacts-import: " + e.getMessage());
            System.exit(2);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> parts.forEach(ContactsImport::closePart), "stop"));
    }

    private static void start(List<String> arguments, Map<String, String> environment, List<AutoCloseable> parts)
            throws IOException {
        ImportSettings settings = ImportSettings.of(environment);
        ImportTables tables = new ImportTables(settings);
        String servers = settings.bootstrapServers();
        switch (arguments.isEmpty() ? "" : arguments.get(0)) {
            case "service" -> parts.add(ImportService.start(tables, environment));
            case "splitter" ->
                parts.add(ImportEvents.start(
                        servers, ImportSplitter.GROUP, ImportSplitter.TOPIC, parseSplitter(tables, arguments)));
            case "importer" ->
                parts.add(ImportEvents.start(
                        servers, ContactImporter.GROUP, ContactImporter.TOPIC, parseImporter(tables, arguments)));
            default -> throw new IllegalArgumentException(USAGE);
        }
        parts.add(tables);
    }

    private static ImportSplitter parseSplitter(ImportTables tables, List<String> arguments) {
        if (arguments.size() == 1) {
            return new ImportSplitter(tables, "");
        }
        if (arguments.size() != 3 || !arguments.get(1).equals("--share-with")) {
            throw new IllegalArgumentException(USAGE);
        }
        return new ImportSplitter(tables, arguments.get(2));
    }

    private static ContactImporter parseImporter(ImportTables tables, List<String> arguments) {
        Duration pause = Duration.ZERO;
        boolean twice = false;
        if (arguments.size() < 2 || arguments.get(1).startsWith("-")) {
            throw new IllegalArgumentException(USAGE);
        }
        for (int i = 2; i < arguments.size(); i++) {
            if (arguments.get(i).equals("--report-twice")) {
                twice = true;
            } else if (arguments.get(i).equals("--pause") && i + 1 < arguments.size()) {
                pause = Duration.ofMillis(Long.parseLong(arguments.get(++i)));
            } else {
                throw new IllegalArgumentException(USAGE);
            }
        }
        return new ContactImporter(tables, arguments.get(1), pause, twice);
    }

    private static void closePart(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("Stopping failed", e);
        }
    }
}
