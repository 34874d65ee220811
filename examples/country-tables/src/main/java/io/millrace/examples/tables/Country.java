package io.millrace.examples.tables;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A supported country. In the topic, and in requests, it is a text of lines: the name, and then a time zone in each line.
 *
 * @param name not empty
 * @param zones the ids of its time zones, such as {@code Europe/Berlin}
 */
record Country(String name, List<String> zones) {
    static final Serializer<Country> SERIALIZER =
            (topic, country) -> country == null ? null : country.toText().getBytes(StandardCharsets.UTF_8);

    static final Deserializer<Country> DESERIALIZER = (topic, data) -> {
        try {
            return parse(new String(data, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new SerializationException("Not a country", e);
        }
    };

    Country {
        zones = List.copyOf(zones);
        if (name.isBlank()) {
            throw new IllegalArgumentException("Expected a name in the first line");
        }
        for (String zone : zones) {
            requireZone(zone);
        }
    }

    private static void requireZone(String zone) {
        try {
            ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("Expected the id of a time zone in each line after the first", e);
        }
    }

    /**
     * Parses the lines.
     *
     * @throws IllegalArgumentException if the name is missing, or a time zone does not exist
     */
    static Country parse(String text) {
        List<String> lines = text.strip().lines().map(String::strip).toList();
        return lines.isEmpty() ? new Country("", List.of()) : new Country(lines.get(0), lines.subList(1, lines.size()));
    }

    String toText() {
        return zones.isEmpty() ? name : name + "\n" + String.join("\n", zones);
    }
}
