package io.millrace.tools.payloads;

import io.millrace.payloads.PayloadException;
import io.millrace.payloads.StoredObject;
import io.millrace.payloads.StoredObjects;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.UsageException;
import io.millrace.tools.input.Variables;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code millrace payloads}: lists stored payloads that no retained record refers to, and deletes them. */
public final class PayloadsCommand {
    /** What {@code --help} says of it. */
    public static final String USAGE = """
            millrace payloads --store LOCATION --topics LIST --bootstrap-servers HOST:PORT [--delete]

            Prints the objects of an S3 location or a folder that no record of these topics refers to: their URIs and sizes.
            Reads all records of the topics, whatever converter wrote them. Objects whose names say other topics are left
            alone. Name every topic that has references to these objects, dead letter queues and topics that were made of
            others included: what only a topic refers to that is not named here is printed, and deleted.

              --store LOCATION          s3://BUCKET/PREFIX or file:/FOLDER, as in payload.store
              --topics LIST             topics, separated by commas
              --bootstrap-servers LIST  the brokers of the topics
              --client-config FILE      more settings for the consumer, e.g. security.protocol
              --stored-for LIST         more topics that objects' names may say: of records that transforms sent to other
                                        topics after their payloads were stored, as ClaimCheckSource's are
              --store-config FILE       properties payload.s3.*, e.g. payload.s3.endpoint; may have ${env:...}
              --grace TIME              leaves objects alone for so long after the day on which they were stored,
                                        e.g. 36h or 7d (1d)
              --delete                  deletes them too

            Exits with 0; with 2 where an argument is wrong, or not everything could be read.
            """;

    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([dhm])");

    private PayloadsCommand() {}

    /** Runs it; returns the exit code. */
    public static int runCommand(List<String> words, PrintStream out, PrintStream err) {
        Arguments arguments = Arguments.parse(
                words,
                Set.of(
                        "--store",
                        "--topics",
                        "--stored-for",
                        "--bootstrap-servers",
                        "--client-config",
                        "--store-config",
                        "--grace"),
                Set.of("--delete"));
        arguments.requireNoRest();
        List<String> topics = parseNames("--topics", arguments.required("--topics"));
        Set<String> storedFor = new HashSet<>(topics);
        arguments.value("--stored-for").ifPresent(list -> storedFor.addAll(parseNames("--stored-for", list)));
        Duration grace = parseGrace(arguments.value("--grace").orElse("1d"));
        Properties client = new Properties();
        client.putAll(readProperties(arguments, "--client-config"));
        client.put("bootstrap.servers", arguments.required("--bootstrap-servers"));
        Map<String, String> store =
                Variables.resolveVariables(readProperties(arguments, "--store-config"), option -> true);
        try (StoredObjects objects =
                Payloads.openObjects(PayloadOptions.OBJECTS.read(store), arguments.required("--store"))) {
            Unreferenced unreferenced = Unreferenced.among(objects, storedFor, Instant.now(), grace);
            long records = new RetainedRecords(topics, client).forEach(unreferenced::scanBytes);
            List<StoredObject> left = unreferenced.objects();
            left.forEach(object -> out.println(object.uri() + "\t" + object.bytes()));
            err.println(records + " records; " + unreferenced.summary());
            if (arguments.has("--delete")) {
                deleteObjects(objects, left, records > 0 && unreferenced.foundNoReference(), err);
            }
            return 0;
        } catch (PayloadException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private static List<String> parseNames(String option, String list) {
        List<String> names =
                Arrays.stream(list.split(",", -1)).map(String::strip).distinct().toList();
        if (names.contains("")) {
            throw new UsageException(option + " has an empty name");
        }
        return names;
    }

    private static void deleteObjects(
            StoredObjects objects, List<StoredObject> left, boolean suspicious, PrintStream err) {
        if (suspicious && !left.isEmpty()) {
            throw new UsageException(
                    "nothing was deleted: the topics have records, and none of them refers to any object."
                            + " Either they are the wrong topics, or their references cannot be read (encrypted values, for"
                            + " one); if it is meant so, delete the objects by other means");
        }
        objects.delete(left);
        err.println("deleted " + left.size() + " objects");
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

    private static Map<String, String> readProperties(Arguments arguments, String option) {
        Map<String, String> read = new HashMap<>();
        arguments.path(option).ifPresent(file -> loadFile(file)
                .forEach((name, value) -> read.put((String) name, (String) value)));
        return read;
    }

    private static Properties loadFile(Path file) {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UsageException("cannot read " + file + ": " + e, e);
        }
        return properties;
    }
}
