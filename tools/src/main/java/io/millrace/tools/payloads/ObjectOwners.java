package io.millrace.tools.payloads;

import io.millrace.payloads.StoredObject;
import io.millrace.payloads.StoredObjects;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Which objects records of certain keys refer to, and which other keys' records do, too. */
final class ObjectOwners {
    /** So many keys of an object are named. */
    private static final int MOST_KEYS = 10;

    private final Map<String, List<StoredObject>> objects = new HashMap<>();
    private final Map<StoredObject, Owners> owners = new HashMap<>();
    private final RecordKeys keys;
    private final StoredBodies bodies;

    /** Whose records refer to an object. */
    private static final class Owners {
        private boolean wanted;
        private final Set<String> others = new LinkedHashSet<>();
    }

    private ObjectOwners(RecordKeys keys, StoredBodies bodies) {
        this.keys = keys;
        this.bodies = bodies;
    }

    /** Lists the objects; none has an owner yet. */
    static ObjectOwners of(StoredObjects objects, RecordKeys keys, StoredBodies bodies) {
        ObjectOwners owners = new ObjectOwners(keys, bodies);
        objects.forEach(object -> {
            owners.objects
                    .computeIfAbsent(object.sha256(), sha256 -> new ArrayList<>(1))
                    .add(object);
            bodies.addObject(object);
        });
        return owners;
    }

    /** Takes down what a record refers to. */
    void scanRecord(ConsumerRecord<byte[], byte[]> record) {
        ReferenceScan scan = new ReferenceScan();
        PayloadsCommand.scanRecord(record, bodies, scan::scanBytes);
        byte @Nullable [] key = record.key() == null
                ? null
                : bodies.read(record.key(), record.headers()).orElse(record.key());
        boolean wanted = keys.accept(key);
        for (String sha256 : scan.hashes()) {
            for (StoredObject object : objects.getOrDefault(sha256, List.of())) {
                if (scan.refersTo(object)) {
                    addOwner(object, wanted, key);
                }
            }
        }
    }

    private void addOwner(StoredObject object, boolean wanted, byte @Nullable [] key) {
        Owners known = owners.computeIfAbsent(object, one -> new Owners());
        if (wanted) {
            known.wanted = true;
        } else if (known.others.size() < MOST_KEYS) {
            known.others.add(RecordKeys.describe(key));
        } else {
            known.others.add("others");
        }
    }

    /** The objects that records of the keys refer to, in the order of their names. */
    List<StoredObject> owned() {
        return owners.entrySet().stream()
                .filter(entry -> entry.getValue().wanted)
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparing(StoredObject::uri))
                .toList();
    }

    /** The other keys whose records refer to an object, as text. */
    Set<String> others(StoredObject object) {
        Owners known = owners.get(object);
        return known == null ? Set.of() : known.others;
    }
}
