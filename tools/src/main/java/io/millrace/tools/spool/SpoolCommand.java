package io.millrace.tools.spool;

import io.millrace.payloads.Failures;
import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.PayloadException;
import io.millrace.spool.CorruptSpoolException;
import io.millrace.spool.Incarnation;
import io.millrace.spool.SpoolKey;
import io.millrace.spool.SpoolListing;
import io.millrace.spool.SpoolObject;
import io.millrace.spool.SpoolStore;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.ConnectorFile;
import io.millrace.tools.input.PropertiesFile;
import io.millrace.tools.input.UsageException;
import io.millrace.tools.input.Variables;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** {@code millrace spool}: what producers have stored while Kafka did not take it. It writes nothing. */
public final class SpoolCommand {
    /** The text of {@code --help}. */
    public static final String USAGE = """
        millrace spool ls|verify --config FILE|--store LOCATION [--writer NAME]
        millrace spool cat OBJECT ... --config FILE|--store LOCATION [--values] [--json]

        Reads the spool of a SpoolingProducer and a SpoolSourceConnector, and prints

          ls      a line for each object: its state, its name, its bytes, and when it was stored. It is waiting; or recovered, and
                  is about to be deleted; or refused, and was put aside by on.corrupt=skip; or foreign, and is not of a spool
          cat     the records of objects, by the names that ls prints: index, topic and partition, time, event id, and whether
                  Kafka may have written the record already
          verify  reads every object that waits, and prints those that stop the recovery, each with the reason: they are damaged,
                  missing, or two have one sequence

        Keys, values and the values of headers are printed only with --values.

          --config FILE        the configuration of the spool source, as it is posted: spool.store and payload.s3.*
          --store LOCATION     s3://BUCKET/PREFIX or file:/FOLDER, as in spool.store
          --store-config FILE  properties payload.s3.*, e.g. payload.s3.endpoint; may have ${env:...}
          --writer NAME        only objects of this spool.writer, or of one run of it, NAME/INCARNATION
          --values             prints keys, values and the values of headers too
          --json               a line of JSON for each record

        The user needs ListBucket on the bucket and GetObject below the prefix. Exits with 0; with 1 if verify finds something; with 2
        if an argument is wrong, the spool cannot be used, or cat finds no such object.
        """;

    private static final Set<String> ACTIONS = new TreeSet<>(Set.of("ls", "cat", "verify"));

    private final String location;
    private final SpoolStore store;
    private final Arguments arguments;
    private final PrintStream out;
    private final PrintStream err;

    /** The location is as the connector's source partitions have it. */
    private SpoolCommand(String location, SpoolStore store, Arguments arguments, PrintStream out, PrintStream err) {
        this.location = location;
        this.store = store;
        this.arguments = arguments;
        this.out = out;
        this.err = err;
    }

    /** Runs it; returns the exit code. */
    public static int runCommand(List<String> words, PrintStream out, PrintStream err) {
        Arguments arguments = Arguments.parse(
                words, Set.of("--config", "--store", "--store-config", "--writer"), Set.of("--values", "--json"));
        List<String> rest = arguments.rest();
        String action = rest.isEmpty() ? "" : rest.get(0);
        boolean isCat = action.equals("cat");
        if (!ACTIONS.contains(action) || (rest.size() > 1) != isCat) {
            throw new UsageException("spool: expected one of " + ACTIONS + (isCat ? ", and names of objects" : "")
                    + ", found " + rest + " (try --help)");
        }
        Map<String, String> settings = storeSettings(arguments);
        try (SpoolStore store = SpoolStore.open(settings)) {
            SpoolCommand command =
                    new SpoolCommand(settings.getOrDefault(SpoolStore.LOCATION.name(), ""), store, arguments, out, err);
            return switch (action) {
                case "ls" -> command.printObjects();
                case "verify" -> command.verify();
                default -> command.printRecords(rest.subList(1, rest.size()));
            };
        } catch (PayloadException e) {
            throw new UsageException("the spool cannot be read: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> storeSettings(Arguments arguments) {
        String location = SpoolStore.LOCATION.name();
        if (arguments.has("--config") == arguments.has("--store")) {
            throw new UsageException("spool: expected either --config or --store (try --help)");
        }
        Map<String, String> settings = new HashMap<>(PropertiesFile.read(arguments, "--store-config"));
        arguments.path("--config").ifPresent(file -> {
            Map<String, String> options = new HashMap<>(ConnectorFile.read(file).options());
            options.keySet().removeIf(name -> !SpoolStore.OPTIONS.names().contains(name));
            settings.putAll(Variables.resolveVariables(options, name -> true));
        });
        arguments.value("--store").ifPresent(value -> settings.put(location, value));
        return settings;
    }

    private boolean isWanted(Incarnation incarnation) {
        Optional<String> writer = arguments.value("--writer");
        return writer.isEmpty()
                || writer.get().equals(incarnation.writer())
                || writer.get().equals(incarnation.toString());
    }

    private int printObjects() {
        SpoolListing listing = store.list();
        long waiting = 0;
        for (Map.Entry<Incarnation, SpoolListing.Waiting> entry :
                listing.incarnations().entrySet()) {
            if (!isWanted(entry.getKey())) {
                continue;
            }
            long recovered = recovered(entry.getKey(), entry.getValue());
            for (SpoolListing.Entry object : entry.getValue().objects()) {
                boolean isWaiting = object.key().sequence() > recovered;
                waiting += isWaiting ? 1 : 0;
                print(isWaiting ? "waiting" : "recovered", SpoolStore.nameOf(object.key()), object);
            }
        }
        List<SpoolListing.Entry> refused = listing.refused().stream()
                .filter(object -> isWanted(object.key().incarnation()))
                .toList();
        refused.forEach(object -> print("refused", SpoolStore.refusedNameOf(object.key()), object));
        listing.foreign().forEach(name -> out.println("foreign    " + name));
        err.println(store + ": " + waiting + " objects wait, " + refused.size() + " were refused, "
                + listing.foreign().size() + " are foreign");
        return 0;
    }

    private void print(String state, String name, SpoolListing.Entry object) {
        out.println(
                String.format("%-9s", state) + "  " + name + "  " + object.bytes() + " bytes  " + object.modified());
    }

    /** The sequence up to which all is in Kafka. A marker that cannot be read is the business of verify. */
    private long recovered(Incarnation incarnation, SpoolListing.Waiting waiting) {
        if (waiting.recovered() == null) {
            return 0;
        }
        try {
            return Failures.await(store.readRecovered(incarnation));
        } catch (PayloadException e) {
            if (e.getCause() instanceof CorruptSpoolException) {
                return 0;
            }
            throw e;
        }
    }

    private int printRecords(List<String> names) {
        for (String name : names) {
            SpooledText text = new SpooledText(location, read(name), arguments.has("--values"));
            if (arguments.has("--json")) {
                text.printJson(out);
            } else {
                text.print(out);
            }
        }
        out.flush();
        return 0;
    }

    private SpoolObject read(String name) {
        SpoolKey key = SpoolStore.keyOf(name)
                .orElseThrow(() -> new UsageException("expected the name of an object, as millrace spool ls prints it,"
                        + " v1/WRITER/INCARNATION/SEQUENCE-DIGEST.spool, found '" + name + "'"));
        try {
            return Failures.await(store.get(key));
        } catch (MissingPayloadException e) {
            throw new UsageException(store + "/" + name + ": there is no such object", e);
        } catch (PayloadException e) {
            if (e.getCause() instanceof CorruptSpoolException corrupt) {
                throw new UsageException(String.valueOf(corrupt.getMessage()), e);
            }
            throw e;
        }
    }

    private int verify() {
        long objects = 0;
        long records = 0;
        List<String> faults = new ArrayList<>();
        SpoolListing listing = store.list();
        for (Map.Entry<Incarnation, SpoolListing.Waiting> entry :
                listing.incarnations().entrySet()) {
            if (isWanted(entry.getKey())) {
                SpoolVerification verification = new SpoolVerification(store, entry.getKey());
                verification.read(entry.getValue().objects());
                objects += verification.objects();
                records += verification.records();
                faults.addAll(verification.faults());
            }
        }
        faults.forEach(out::println);
        out.flush();
        err.println(store + ": " + objects + " objects with " + records + " records can be recovered, " + faults.size()
                + " faults");
        return faults.isEmpty() ? 0 : 1;
    }
}
