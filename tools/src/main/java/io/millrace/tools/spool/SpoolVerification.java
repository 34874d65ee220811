package io.millrace.tools.spool;

import io.millrace.payloads.Failures;
import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.PayloadException;
import io.millrace.spool.CorruptSpoolException;
import io.millrace.spool.Incarnation;
import io.millrace.spool.SpoolKey;
import io.millrace.spool.SpoolListing;
import io.millrace.spool.SpoolObject;
import io.millrace.spool.SpoolStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the waiting objects of one incarnation, in their order, and finds what stops the recovery. For one thread. */
final class SpoolVerification {
    private final SpoolStore store;
    private final Incarnation incarnation;
    private final List<String> faults = new ArrayList<>();
    private long objects;
    private long records;

    SpoolVerification(SpoolStore store, Incarnation incarnation) {
        this.store = store;
        this.incarnation = incarnation;
    }

    /** Reads the objects that are not recovered. Waits for the store. */
    void read(List<SpoolListing.Entry> entries) {
        long before = readMarker();
        for (SpoolListing.Entry entry : entries) {
            SpoolKey key = entry.key();
            if (key.sequence() < before) {
                continue;
            }
            if (key.sequence() == before) {
                // The marker's own object may not be deleted yet; another one of a sequence that was read is a fault.
                if (objects > 0) {
                    faults.add(store + "/" + SpoolStore.nameOf(key) + ": another object has its sequence, too");
                }
                continue;
            }
            SpoolObject object = get(key);
            if (object != null) {
                if (object.previous() > before) {
                    faults.add(store + "/" + SpoolStore.nameOf(key) + ": object " + object.previous() + " of "
                            + incarnation + " is missing; the last one before it is " + before);
                }
                objects++;
                records += object.records().size();
            }
            before = key.sequence();
        }
    }

    private long readMarker() {
        try {
            return Failures.await(store.readRecovered(incarnation));
        } catch (PayloadException e) {
            addIfCorrupt(e);
            return 0;
        }
    }

    private @Nullable SpoolObject get(SpoolKey key) {
        try {
            return Failures.await(store.get(key));
        } catch (MissingPayloadException e) {
            // The recovery has deleted it meanwhile.
            return null;
        } catch (PayloadException e) {
            addIfCorrupt(e);
            return null;
        }
    }

    private void addIfCorrupt(PayloadException e) {
        if (!(e.getCause() instanceof CorruptSpoolException corrupt)) {
            throw e;
        }
        faults.add(String.valueOf(corrupt.getMessage()));
    }

    /** What stops the recovery, each with its place. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    /** The objects that can be read. */
    long objects() {
        return objects;
    }

    /** The records of these objects. */
    long records() {
        return records;
    }
}
