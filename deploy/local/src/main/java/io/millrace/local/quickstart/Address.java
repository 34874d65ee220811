package io.millrace.local.quickstart;

import java.util.List;
import java.util.Random;

/**
 * The address of a customer.
 *
 * @param country the code of a row of {@code shop.countries}
 */
public record Address(String street, String city, String country) {
    private static final List<String> STREETS = List.of("Mill Lane", "Race Street", "Weir Road");
    private static final List<String> CITIES = List.of("Bridgeton", "Fordham", "Newport", "Riverside");

    /** An invented address in a country of the region. */
    static Address random(Random random, Region region) {
        return new Address(
                1 + random.nextInt(99) + " " + pick(random, STREETS),
                pick(random, CITIES),
                pick(random, region.countries()));
    }

    private static String pick(Random random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
