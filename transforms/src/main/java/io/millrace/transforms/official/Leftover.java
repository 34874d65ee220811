package io.millrace.transforms.official;

import java.util.Locale;

/** What becomes of a record that no rule speaks of. */
enum Leftover {
    DROP,
    PASS,
    FAIL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Leftover of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
