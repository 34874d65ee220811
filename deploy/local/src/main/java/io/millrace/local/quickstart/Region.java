package io.millrace.local.quickstart;

import java.util.List;
import java.util.Locale;

/** A region of the shop. Its customers are in a database of their own. */
public enum Region {
    EU,
    US;

    /** The codes of its countries, which {@code shop.countries} has. */
    List<String> countries() {
        return switch (this) {
            case EU -> List.of("AT", "DE", "FR");
            case US -> List.of("CA", "MX", "US");
        };
    }

    /** The last part of its database's name, which its events have as {@code region}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its table of customers, with the database's name. */
    public String customers() {
        return "shop_" + key() + ".customers";
    }
}
