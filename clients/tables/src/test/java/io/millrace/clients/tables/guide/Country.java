package io.millrace.clients.tables.guide;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** A value of the topic {@code shop.countries}, which has more fields than a service needs. */
public record Country(
        String name, @Nullable String region, @Nullable Long population, boolean supported, String description) {

    /** Fields with tabs between them; an empty one is null. */
    public static final Serializer<Country> SERIALIZER = (topic, country) -> country == null
            ? null
            : String.join(
                            "\t",
                            country.name,
                            country.region == null ? "" : country.region,
                            country.population == null ? "" : country.population.toString(),
                            String.valueOf(country.supported),
                            country.description)
                    .getBytes(StandardCharsets.UTF_8);

    /** The reverse of {@link #SERIALIZER}. */
    public static final Deserializer<Country> DESERIALIZER = (topic, data) -> {
        String[] fields = new String(data, StandardCharsets.UTF_8).split("\t", -1);
        return new Country(
                fields[0],
                fields[1].isEmpty() ? null : fields[1],
                fields[2].isEmpty() ? null : Long.valueOf(fields[2]),
                Boolean.parseBoolean(fields[3]),
                fields[4]);
    };
}
