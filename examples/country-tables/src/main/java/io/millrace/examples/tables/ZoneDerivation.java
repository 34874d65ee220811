package io.millrace.examples.tables;

import io.millrace.clients.tables.TableWriter;
import io.millrace.tables.TablePosition;
import io.millrace.tables.TableUnavailableException;
import io.millrace.tables.TopicTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Derives the time zones of the supported countries, and owns their topic. After each change of the countries it compares the zones
 * that there should be with those that the topic has, and writes the differences. So it needs no state of its own: after a restart,
 * or a failed write, it does the same. Run one process of it, because an earlier one could overwrite what a later one derived.
 */
final class ZoneDerivation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ZoneDerivation.class);
    private static final Duration TIME_TO_READ = Duration.ofSeconds(10);
    private static final long RETRY_PAUSE_MS = 1_000;
    private static final long TIME_TO_STOP_MS = 5_000;

    private final TableWriter<String, String> writer;
    private final TopicTable<String, Country> countries;
    private final TopicTable<String, String> zones;
    private final Semaphore changes = new Semaphore(1);
    private final Thread thread = new Thread(this::deriveUntilInterrupted, "derivation");

    private ZoneDerivation(String servers) {
        this.writer = ReferenceTopic.ZONES.openWriter(servers);
        this.countries = ReferenceTopic.COUNTRIES.openTable(servers);
        this.zones = ReferenceTopic.ZONES.openTable(servers);
    }

    static ZoneDerivation start(String servers) {
        ZoneDerivation derivation = new ZoneDerivation(servers);
        // The table's thread calls this, so it only notes that there is work.
        derivation.countries.onChange((code, country) -> derivation.changes.release());
        derivation.thread.start();
        LOG.info("Derives the zones");
        return derivation;
    }

    private void deriveUntilInterrupted() {
        try {
            while (true) {
                changes.acquire();
                changes.drainPermits();
                if (!derive()) {
                    TimeUnit.MILLISECONDS.sleep(RETRY_PAUSE_MS);
                    changes.release();
                }
            }
        } catch (InterruptedException e) {
            LOG.info("Stopped");
        }
    }

    /** Whether the zones are those of the countries. */
    private boolean derive() throws InterruptedException {
        try {
            List<CompletableFuture<TablePosition>> written = writeDifferences(deriveZones());
            for (CompletableFuture<TablePosition> position : written) {
                // The next comparison must not write the same again.
                if (!zones.await(position.join(), TIME_TO_READ)) {
                    return false;
                }
            }
            if (!written.isEmpty()) {
                LOG.info("Wrote {} zones", written.size());
            }
            return true;
        } catch (TableUnavailableException | KafkaException | CompletionException e) {
            LOG.info("Deriving the zones failed, retrying: {}", e.getMessage());
            return false;
        }
    }

    /** The codes of the countries of each zone. */
    private Map<String, String> deriveZones() {
        Map<String, TreeSet<String>> codes = new HashMap<>();
        countries.forEach(
                (code, country) -> country.zones().forEach(zone -> codes.computeIfAbsent(zone, key -> new TreeSet<>())
                        .add(code)));
        return codes.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        zone -> String.join(",", zone.getValue()),
                        (one, other) -> one,
                        TreeMap::new));
    }

    private List<CompletableFuture<TablePosition>> writeDifferences(Map<String, String> wanted) {
        Map<String, String> present = new HashMap<>();
        zones.forEach(present::put);
        List<CompletableFuture<TablePosition>> written = new ArrayList<>();
        wanted.forEach((zone, codes) -> {
            if (!codes.equals(present.remove(zone))) {
                written.add(writer.putAsync(zone, codes));
            }
        });
        present.keySet().forEach(zone -> written.add(writer.deleteAsync(zone)));
        return written;
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(TIME_TO_STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writer.close();
        countries.close();
        zones.close();
    }
}
