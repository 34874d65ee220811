package io.millrace.connectors.schedule;

import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesException;
import java.time.zone.ZoneRulesProvider;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The time zone {@value #NAME}, whose rules a test changes and removes, as an update of the JVM does. */
final class MovableZone extends ZoneRulesProvider {
    static final String NAME = "Test/Movable";

    private static volatile @Nullable ZoneOffset offset = ZoneOffset.UTC;

    static {
        ZoneRulesProvider.registerProvider(new MovableZone());
    }

    private MovableZone() {}

    /** Sets the zone's offset; null removes the zone. */
    static void set(@Nullable ZoneOffset present) {
        offset = present;
    }

    @Override
    protected Set<String> provideZoneIds() {
        return Set.of(NAME);
    }

    @Override
    protected @Nullable ZoneRules provideRules(String zone, boolean forCaching) {
        ZoneOffset present = offset;
        if (present == null) {
            throw new ZoneRulesException("Unknown time-zone ID: " + zone);
        }
        return forCaching ? null : present.getRules();
    }

    @Override
    protected NavigableMap<String, ZoneRules> provideVersions(String zone) {
        return new TreeMap<>();
    }
}
