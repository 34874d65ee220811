package io.millrace.tools.payloads;

import io.millrace.payloads.PayloadException;
import io.millrace.payloads.StoredObject;
import io.millrace.payloads.StoredObjects;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.PropertiesFile;
import io.millrace.tools.input.UsageException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** {@code millrace payloads}: lists stored payloads that no retained record refers to, and deletes them. */
public final class PayloadsCommand {
    /** Its text for {@code --help}. */
    public static final String USAGE = """
        millrace payloads --store LOCATION --topics LIST --bootstrap-servers HOST:PORT [--delete]
        millrace payloads erase --keys LIST|@FILE --store LOCATION --topics LIST --bootstrap-servers HOST:PORT [--delete]

        Prints the objects of an S3 location or a folder that no record of these topics refers to: their URIs and sizes.
        Reads all records of the topics, whatever converter wrote them, and the bodies of messages that were stored.
        Objects whose names say other topics are left alone. Name every topic that has references to these objects, dead
        letter queues and topics that were made of others included, and every cluster: what only a topic refers to that is
        not named here is printed, and deleted.

        With erase: prints the objects that only records with these keys refer to, and those that other keys' records refer
        to, too, with these keys. Those of the first kind are erased with --delete: a marker takes their place, and their
        former versions are removed.

          --keys LIST|@FILE         keys, separated by commas, or a file with one a line: a text or JSON as the converter
                                    wrote it, with its schema or without, or hex:DIGITS
          --store LOCATION          s3://BUCKET/PREFIX or file:/FOLDER, as in payload.store
          --topics LIST             topics, separated by commas
          --bootstrap-servers LIST  the brokers of the topics
          --client-config FILE      more settings for the consumer, e.g. security.protocol
          --clusters LIST           files of client settings, one for each other cluster whose records have references to
                                    these objects, such as mirrors: bootstrap.servers and, if they differ, topics
          --stored-for LIST         more topics that objects' names may say: of records that transforms sent to other
                                    topics after their payloads were stored, as EventSource's are
          --store-config FILE       properties payload.s3.*, e.g. payload.s3.endpoint; may have ${env:...}
          --body-locations LIST     more locations where ClaimCheckConverter stored bodies of these topics' messages,
                                    e.g. kafka:TOPIC, with payload.kafka.* in the file of --store-config
          --grace TIME              leaves objects alone for so long after the day on which they were stored,
                                    e.g. 36h or 7d (1d)
          --without-references LIST topics in objects' names of which really no record refers to any object any more
          --delete                  deletes them too, or erases them

        Exits with 0; with 2 where an argument is wrong, or not everything could be read.
        """;

    static final Set<String> OPTIONS = Set.of(
            "--store",
            "--topics",
            "--stored-for",
            "--bootstrap-servers",
            "--client-config",
            "--clusters",
            "--store-config",
            "--body-locations");

    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([dhm])");

    private PayloadsCommand() {}

    /** Runs it; returns the exit code. */
    public static int runCommand(List<String> words, PrintStream out, PrintStream err) {
        if (!words.isEmpty() && words.get(0).equals("erase")) {
            return EraseCommand.runCommand(words.subList(1, words.size()), out, err);
        }
        Set<String> valued = new HashSet<>(OPTIONS);
        valued.addAll(Set.of("--grace", "--without-references"));
        Arguments arguments = Arguments.parse(words, valued, Set.of("--delete"));
        arguments.requireNoRest();
        Duration grace = parseGrace(arguments.value("--grace").orElse("1d"));
        Set<String> unreferencedTopics = arguments
                .value("--without-references")
                .map(list -> new HashSet<>(RetainedTopics.parseNames("--without-references", list)))
                .orElseGet(HashSet::new);
        Map<String, String> store = storeConfig(arguments);
        try (StoredObjects objects = openObjects(arguments, store);
                StoredBodies bodies = new StoredBodies(store, bodyLocations(arguments))) {
            Unreferenced unreferenced = Unreferenced.among(objects, storedFor(arguments), Instant.now(), grace, bodies);
            try (RetainedTopics topics = RetainedTopics.of(arguments)) {
                topics.readToEnd(record -> scanRecord(record, bodies, unreferenced::scanBytes));
                List<StoredObject> left = unreferenced.objects();
                left.forEach(object -> out.println(object.uri() + "\t" + object.bytes()));
                err.println(topics.summary() + "; " + unreferenced.summary() + bodies.summary());
                if (arguments.has("--delete")) {
                    if (!left.isEmpty()) {
                        requireSafe(topics, unreferenced, bodies, unreferencedTopics);
                    }
                    deleteObjects(objects, left, err);
                }
            }
            return 0;
        } catch (PayloadException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The settings of the stores of objects and of bodies. */
    static Map<String, String> storeConfig(Arguments arguments) {
        return PropertiesFile.read(arguments, "--store-config");
    }

    static StoredObjects openObjects(Arguments arguments, Map<String, String> store) {
        return Payloads.openObjects(PayloadOptions.OBJECTS.read(store), arguments.required("--store"));
    }

    static List<String> bodyLocations(Arguments arguments) {
        List<String> locations = new ArrayList<>(List.of(arguments.required("--store")));
        arguments
                .value("--body-locations")
                .ifPresent(list -> locations.addAll(RetainedTopics.parseNames("--body-locations", list)));
        return locations;
    }

    /** The topics in the names of objects that may be removed. */
    static Set<String> storedFor(Arguments arguments) {
        Set<String> topics = new HashSet<>(RetainedTopics.parseNames("--topics", arguments.required("--topics")));
        arguments
                .value("--stored-for")
                .ifPresent(list -> topics.addAll(RetainedTopics.parseNames("--stored-for", list)));
        return topics;
    }

    /** Hands on the parts of a record, and the bodies that are stored for it. */
    static void scanRecord(
            ConsumerRecord<byte[], byte[]> record, StoredBodies bodies, Consumer<byte @Nullable []> part) {
        part.accept(record.key());
        part.accept(record.value());
        for (Header header : record.headers()) {
            part.accept(header.key().getBytes(StandardCharsets.UTF_8));
            part.accept(header.value());
        }
        bodies.read(record.key(), record.headers()).ifPresent(part);
        bodies.read(record.value(), record.headers()).ifPresent(part);
    }

    private static void requireSafe(
            RetainedTopics topics, Unreferenced unreferenced, StoredBodies bodies, Set<String> unreferencedTopics) {
        topics.requireRecords("nothing was deleted");
        bodies.unread().ifPresent(reason -> {
            throw new UsageException("nothing was deleted: " + reason);
        });
        Set<String> suspicious = unreferenced.topicsWithoutReference();
        suspicious.removeAll(unreferencedTopics);
        if (!suspicious.isEmpty()) {
            throw new UsageException(
                    "nothing was deleted: the topics have records, and none of them refers to any object"
                            + " of " + String.join(", ", suspicious)
                            + ". Either they are the wrong topics or the wrong cluster, or"
                            + " their references cannot be read (encrypted values, for one); if it is meant so, name it with"
                            + " --without-references");
        }
    }

    private static void deleteObjects(StoredObjects objects, List<StoredObject> left, PrintStream err) {
        long hidden = objects.delete(left);
        err.println("deleted " + left.size() + " objects");
        if (hidden > 0) {
            err.println("the bucket keeps versions: the bytes of " + hidden + " of them are still there, and paid for,"
                    + " until a lifecycle rule with NoncurrentVersionExpiration removes them");
        }
    }

    private static Duration parseGrace(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException(
                    "--grace needs a number of days, hours or minutes, as 1d, 36h or 30m, found '" + text + "'");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "d" -> Duration.ofDays(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofMinutes(number);
        };
    }
}
