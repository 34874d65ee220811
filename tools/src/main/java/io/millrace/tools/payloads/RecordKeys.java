package io.millrace.tools.payloads;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.tools.input.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys of records that an argument names, however a converter writes them. */
final class RecordKeys {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int LONGEST_TEXT = 200;

    private final List<WantedKey> keys = new ArrayList<>();

    /** One key, and whether a record has it. */
    private static final class WantedKey {
        private final String text;
        private final byte[] bytes;
        /** Null if the key is not JSON. */
        private final @Nullable JsonNode json;

        private boolean seen;

        WantedKey(String text) {
            this.text = text;
            this.bytes = text.startsWith("hex:") ? parseHex(text) : text.getBytes(StandardCharsets.UTF_8);
            this.json = text.startsWith("hex:") ? null : parseJson(bytes);
        }

        private static byte[] parseHex(String text) {
            try {
                return HexFormat.of().parseHex(text.substring("hex:".length()));
            } catch (IllegalArgumentException e) {
                throw new UsageException("--keys: " + text + " is not hexadecimal", e);
            }
        }
    }

    private RecordKeys() {}

    /**
     * Parses an argument: keys separated by commas outside of JSON, or {@code @FILE} with one a line.
     *
     * @throws UsageException if there is none, or the file cannot be read
     */
    static RecordKeys parse(String argument) {
        RecordKeys parsed = new RecordKeys();
        for (String text : argument.startsWith("@") ? readLines(argument.substring(1)) : splitKeys(argument)) {
            if (!text.isBlank()) {
                parsed.keys.add(new WantedKey(text.strip()));
            }
        }
        if (parsed.keys.isEmpty()) {
            throw new UsageException("--keys has no key");
        }
        return parsed;
    }

    private static List<String> readLines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            throw new UsageException("cannot read " + file + ": " + e, e);
        }
    }

    private static List<String> splitKeys(String list) {
        List<String> keys = new ArrayList<>();
        int depth = 0;
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < list.length(); i++) {
            char at = list.charAt(i);
            if (quoted) {
                if (at == '\\') {
                    i++;
                } else if (at == '"') {
                    quoted = false;
                }
            } else if (at == '"') {
                quoted = true;
            } else if (at == '{' || at == '[') {
                depth++;
            } else if (at == '}' || at == ']') {
                depth--;
            } else if (at == ',' && depth == 0) {
                keys.add(list.substring(start, i));
                start = i + 1;
            }
        }
        keys.add(list.substring(start));
        return keys;
    }

    private static @Nullable JsonNode parseJson(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (JacksonException e) {
            return null;
        } catch (IOException e) {
            throw new IllegalStateException("Nothing is read but memory", e);
        }
    }

    /** Whether a record's key is one of these; takes down that there is a record. */
    boolean accept(byte @Nullable [] key) {
        if (key == null) {
            return false;
        }
        JsonNode json = null;
        boolean parsed = false;
        boolean accepted = false;
        for (WantedKey wanted : keys) {
            boolean same = Arrays.equals(wanted.bytes, key);
            if (!same && wanted.json != null) {
                json = parsed ? json : content(parseJson(key));
                parsed = true;
                same = json != null && json.equals(wanted.json);
            }
            wanted.seen |= same;
            accepted |= same;
        }
        return accepted;
    }

    /** What JsonConverter wrote together with a schema. */
    private static @Nullable JsonNode content(@Nullable JsonNode json) {
        return json != null && json.size() == 2 && json.has("schema") && json.has("payload")
                ? json.get("payload")
                : json;
    }

    /** The keys that no record has. */
    List<String> unseen() {
        return keys.stream().filter(key -> !key.seen).map(key -> key.text).toList();
    }

    /** Whether no record has one of the keys. */
    boolean isNoneSeen() {
        return keys.stream().noneMatch(key -> key.seen);
    }

    /** A record's key, for a list. */
    static String describe(byte @Nullable [] key) {
        if (key == null) {
            return "a record without a key";
        }
        JsonNode json = content(parseJson(key));
        String text = json == null ? new String(key, StandardCharsets.UTF_8) : json.toString();
        boolean printable = text.chars().noneMatch(at -> Character.isISOControl(at) || at == '\ufffd');
        String shown = printable ? text : "hex:" + HexFormat.of().formatHex(key);
        return shown.length() <= LONGEST_TEXT ? shown : shown.substring(0, LONGEST_TEXT) + "...";
    }
}
