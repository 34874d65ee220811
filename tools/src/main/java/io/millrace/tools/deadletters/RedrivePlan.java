package io.millrace.tools.deadletters;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.tools.input.UsageException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which letters of a queue go where. A file has it as lines of JSON in UTF-8, each with a line feed behind it:
 *
 * <pre>
 * plan   = header { letter }
 * header = { "format": "millrace-redrive-plan", "version": 1, "id": id, "created": RFC 3339,
 *            "queue": topic, "clusterId": id, "topicId": id, "letters": number of letters,
 *            "complete": { partition: offset, ... }, "sha256": checksum }
 * letter = { "record": partition "@" offset, "to": topic }
 * </pre>
 *
 * <p>The letters of a partition are in the order of their offsets. The checksum is that of the header without {@code sha256}, and of the
 * letters, so a file that was changed or cut off is refused. {@code complete} has the offset of each partition before which the queue has no
 * letter that is not in the plan.
 *
 * @param id identifies the plan: its consumer group and its transactions have it
 * @param created when it was made
 * @param queue the topic
 * @param clusterId the id of the queue's cluster
 * @param topicId the id of the queue's topic
 * @param complete the offset of each partition before which all letters are in the plan
 * @param entries the letters
 */
record RedrivePlan(
        String id,
        Instant created,
        String queue,
        String clusterId,
        String topicId,
        Map<Integer, Long> complete,
        List<Entry> entries) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FORMAT = "millrace-redrive-plan";
    private static final int VERSION = 1;
    private static final String CHECKSUM = "sha256";

    /** Keeps its own copies. */
    RedrivePlan {
        complete = Map.copyOf(complete);
        entries = List.copyOf(entries);
    }

    /**
     * A letter.
     *
     * @param partition its partition in the queue
     * @param offset its offset in the queue
     * @param topic its target
     */
    record Entry(int partition, long offset, String topic) {}

    /** The name of the consumer group with the progress, and of the transactions. */
    String group() {
        return "millrace-redrive-" + id;
    }

    /** The letters of each partition, in the order of their offsets. */
    Map<Integer, List<Entry>> byPartition() {
        Map<Integer, List<Entry>> partitions = new TreeMap<>();
        entries.forEach(entry -> partitions
                .computeIfAbsent(entry.partition(), partition -> new ArrayList<>())
                .add(entry));
        return partitions;
    }

    /**
     * Writes the file.
     *
     * @throws UsageException if it exists, or cannot be written
     */
    void write(Path file) {
        if (Files.exists(file)) {
            throw new UsageException("--plan: expected a file that does not exist yet, found " + file);
        }
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            ObjectNode header = header();
            MessageDigest digest = sha256();
            update(digest, header.toString());
            entries.forEach(entry -> update(digest, toJson(entry)));
            header.put(CHECKSUM, HexFormat.of().formatHex(digest.digest()));
            out.append(header.toString()).append('\n');
            for (Entry entry : entries) {
                out.append(toJson(entry)).append('\n');
            }
        } catch (IOException e) {
            throw new UsageException("cannot write " + file + ": " + e, e);
        }
    }

    private ObjectNode header() {
        ObjectNode header = JSON.createObjectNode()
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("id", id)
                .put("created", created.toString())
                .put("queue", queue)
                .put("clusterId", clusterId)
                .put("topicId", topicId)
                .put("letters", entries.size());
        ObjectNode offsets = header.putObject("complete");
        new TreeMap<>(complete).forEach((partition, offset) -> offsets.put(String.valueOf(partition), offset));
        return header;
    }

    private static String toJson(Entry entry) {
        return JSON.createObjectNode()
                .put("record", entry.partition() + "@" + entry.offset())
                .put("to", entry.topic())
                .toString();
    }

    /**
     * Reads a file.
     *
     * @throws UsageException if it cannot be read, is not a plan of this version, or was changed
     */
    static RedrivePlan read(Path file) {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            ObjectNode header = readHeader(file, in.readLine());
            String expected = header.path(CHECKSUM).asText();
            header.remove(CHECKSUM);
            MessageDigest digest = sha256();
            update(digest, header.toString());
            List<Entry> entries = new ArrayList<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                update(digest, line);
                entries.add(readEntry(file, line));
            }
            String found = HexFormat.of().formatHex(digest.digest());
            if (!found.equals(expected)
                    || entries.size() != header.path("letters").asInt(-1)) {
                throw new UsageException("the plan " + file + " was changed or cut off: expected "
                        + header.path("letters").asText() + " letters with the checksum " + expected + ", found "
                        + entries.size() + " with " + found + ". Make another plan");
            }
            return of(header, entries);
        } catch (IOException | UncheckedIOException e) {
            throw new UsageException("cannot read " + file + ": " + e, e);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw notAPlan(file, e);
        }
    }

    private static RedrivePlan of(ObjectNode header, List<Entry> entries) {
        Map<Integer, Long> complete = new TreeMap<>();
        header.path("complete")
                .properties()
                .forEach(offset -> complete.put(
                        Integer.valueOf(offset.getKey()), offset.getValue().asLong()));
        return new RedrivePlan(
                header.path("id").asText(),
                Instant.parse(header.path("created").asText()),
                header.path("queue").asText(),
                header.path("clusterId").asText(),
                header.path("topicId").asText(),
                complete,
                entries);
    }

    private static ObjectNode readHeader(Path file, @Nullable String line) throws JsonProcessingException {
        JsonNode header = JSON.readTree(line == null ? "" : line);
        if (!header.path("format").asText().equals(FORMAT)) {
            throw notAPlan(file, null);
        }
        if (header.path("version").asInt() != VERSION) {
            throw new UsageException("the plan " + file + " has the version "
                    + header.path("version").asText() + ", expected " + VERSION + ". Make another plan");
        }
        return (ObjectNode) header;
    }

    private static Entry readEntry(Path file, String line) throws JsonProcessingException {
        JsonNode entry = JSON.readTree(line);
        String record = entry.path("record").asText();
        int at = record.indexOf('@');
        if (at < 1) {
            throw notAPlan(file, null);
        }
        return new Entry(
                Integer.parseInt(record.substring(0, at)),
                Long.parseLong(record.substring(at + 1)),
                entry.path("to").asText());
    }

    private static UsageException notAPlan(Path file, @Nullable Exception cause) {
        String message = file + " is not a plan; expected a file that millrace redrive plan has written";
        return cause == null ? new UsageException(message) : new UsageException(message, cause);
    }

    private static void update(MessageDigest digest, String line) {
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(Objects.requireNonNull(e.getMessage()), e);
        }
    }

    /** Without the letters. */
    @Override
    public String toString() {
        return "plan " + id + " of " + entries.size() + " letters of " + queue;
    }
}
