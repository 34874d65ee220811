package io.millrace.payloads;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.payloads.folder.FolderStoreKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.AbstractConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Days of payloads in a store with names, on a clock that the test moves: a topic keeps records for some hours, a lifecycle rule deletes
 * objects as the documents advise, and somebody deletes everything that no record refers to at the moment. Every retained record's
 * payload can be read at every moment, and everything else is gone in the end.
 */
class PayloadLifeTest {
    private static final Duration STEP = Duration.ofMinutes(10);
    private static final Duration RETENTION = Duration.ofHours(6);
    private static final Duration SEGMENT = Duration.ofHours(1);

    @TempDir
    Path folder;

    private Instant now = Instant.parse("2026-03-10T03:20:00Z");
    private final Random random = Seed.random("PayloadLifeTest");
    private final List<KeptRecord> records = new ArrayList<>();

    private record KeptRecord(Instant written, PayloadReference reference, String document) {
        /** A topic deletes a segment when its last record is old enough. */
        boolean isRetained(Instant now) {
            long segment = SEGMENT.toMillis();
            long end = (written.toEpochMilli() / segment + 1) * segment;
            return now.toEpochMilli() < end + RETENTION.toMillis();
        }
    }

    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };

    private PayloadWriter writer() {
        AbstractConfig config = PayloadOptions.WRITING.read(Map.of("payload.store", "file:" + folder));
        return new PayloadWriter(
                new FolderStoreKind().configure(config, Runnable::run).open("payload.store", "file:" + folder),
                new PayloadSettings(0, 10_000, 10_000, Codec.ZSTD, 20),
                new PayloadMetrics("PayloadLifeTest"),
                Runnable::run,
                clock,
                () -> {});
    }

    private List<StoredObject> list(StoredObjects objects) {
        List<StoredObject> found = new ArrayList<>();
        objects.forEach(found::add);
        return found;
    }

    @Test
    void everyRetainedRecordCanBeReadAndNothingElseStays() {
        PayloadWriter writer = writer();
        try (PayloadReader reader = Payloads.openReader(
                        PayloadOptions.READING.read(Map.of("payload.read.locations", "file:" + folder)),
                        "PayloadLifeTest");
                StoredObjects objects = Payloads.openObjects(PayloadOptions.OBJECTS.read(Map.of()), "file:" + folder)) {
            int deleted = 0;
            for (int step = 0; step < 6 * 24 * 2; step++) {
                for (int i = random.nextInt(4); i > 0; i--) {
                    String document = "document " + random.nextInt(30) + " ".repeat(200);
                    PayloadReference reference =
                            writer.writeNow("orders", document.getBytes(StandardCharsets.UTF_8), null);
                    records.add(new KeptRecord(now, reference, document));
                }
                if (random.nextInt(20) == 0) {
                    writer.close();
                    writer = writer();
                }
                now = now.plus(STEP);
                deleted += expire(objects);
                if (random.nextInt(10) == 0) {
                    deleted += deleteUnreferenced(objects);
                }
                for (KeptRecord record : records) {
                    assertThat(new String(reader.readNow(record.reference()), StandardCharsets.UTF_8))
                            .isEqualTo(record.document());
                }
            }
            assertThat(deleted).isGreaterThan(30);
            assertThat(records).isNotEmpty();

            now = now.plus(Duration.ofDays(2));
            expire(objects);

            assertThat(records).isEmpty();
            assertThat(list(objects)).isEmpty();
        } finally {
            writer.close();
        }
    }

    /** The topic's retention, and a lifecycle rule: when its day is over, for as long as the topic keeps records. */
    private int expire(StoredObjects objects) {
        records.removeIf(record -> !record.isRetained(now));
        List<StoredObject> old = list(objects).stream()
                .filter(object -> {
                    Instant dayEnd = object.day()
                            .plusDays(1)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant();
                    return !now.isBefore(dayEnd.plus(RETENTION).plus(SEGMENT));
                })
                .toList();
        objects.delete(old);
        return old.size();
    }

    private int deleteUnreferenced(StoredObjects objects) {
        Set<String> referred =
                records.stream().map(record -> record.reference().uri()).collect(Collectors.toSet());
        List<StoredObject> others = list(objects).stream()
                .filter(object -> !referred.contains(object.uri()))
                .toList();
        objects.delete(others);
        return others.size();
    }
}
