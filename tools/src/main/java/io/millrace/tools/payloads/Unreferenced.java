package io.millrace.tools.payloads;

import io.millrace.payloads.StoredObject;
import io.millrace.payloads.StoredObjects;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which objects no record refers to. First the objects are listed, then the records are read: a reference to an object that
 * was listed is in a record by then, or its object is younger than the grace.
 */
final class Unreferenced {
    private final Map<String, List<StoredObject>> candidates = new HashMap<>();
    private final Set<String> unseen = new HashSet<>();
    private long objects;
    private long ofOtherTopics;
    private long young;
    private long referred;
    private boolean sawReference;

    private Unreferenced() {}

    /**
     * Lists the objects of these topics whose last reference was given out longer ago than the grace.
     *
     * @param now what the clock says
     */
    static Unreferenced among(StoredObjects objects, Set<String> topics, Instant now, Duration grace) {
        Unreferenced unreferenced = new Unreferenced();
        objects.forEach(object -> unreferenced.addObject(object, topics, now.minus(grace)));
        return unreferenced;
    }

    private void addObject(StoredObject object, Set<String> topics, Instant before) {
        objects++;
        if (!topics.contains(object.topic())) {
            ofOtherTopics++;
            return;
        }
        unseen.add(object.sha256());
        if (object.settled().isAfter(before)) {
            young++;
        } else {
            candidates
                    .computeIfAbsent(object.sha256(), sha256 -> new ArrayList<>())
                    .add(object);
        }
    }

    /** Looks for references in a part of a record. */
    void scanBytes(byte[] bytes) {
        HashScan.findHashes(bytes, sha256 -> {
            if (unseen.remove(sha256)) {
                sawReference = true;
                List<StoredObject> found = candidates.remove(sha256);
                referred += found == null ? 0 : found.size();
            }
        });
    }

    /** Whether no object at all was referred to, although there are some. */
    boolean foundNoReference() {
        return !sawReference && !unseen.isEmpty();
    }

    /** What nothing refers to, in the order of their names. */
    List<StoredObject> objects() {
        return candidates.values().stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparing(StoredObject::uri))
                .toList();
    }

    /** How many objects are what. */
    String summary() {
        List<StoredObject> left = objects();
        return objects + " objects: " + ofOtherTopics + " of topics that were not named, " + young
                + " younger than the grace, " + referred + " referred to, " + left.size() + " not referred to, of "
                + left.stream().mapToLong(StoredObject::bytes).sum() + " bytes";
    }
}
