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
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which objects no record refers to. First the objects are listed, then the records are read: a reference to an object that
 * was listed is in a record by then, or its object is younger than the grace.
 */
final class Unreferenced {
    private final Map<String, List<StoredObject>> candidates = new HashMap<>();
    /** The topics of the objects that no record was found to refer to, by hash. */
    private final Map<String, Set<String>> unseen = new HashMap<>();

    private final Set<String> seenTopics = new HashSet<>();
    private long objects;
    private long ofOtherTopics;
    private long young;
    private long referred;
    private boolean sawReference;

    private Unreferenced() {}

    /**
     * Lists the objects of these topics whose last reference was given out longer ago than the grace.
     *
     * @param now the time of the scan
     */
    static Unreferenced among(StoredObjects objects, Set<String> topics, Instant now, Duration grace) {
        return among(objects, topics, now, grace, null);
    }

    /** As the other method; shows all objects to the bodies, which may be among them. */
    static Unreferenced among(
            StoredObjects objects, Set<String> topics, Instant now, Duration grace, @Nullable StoredBodies bodies) {
        Unreferenced unreferenced = new Unreferenced();
        objects.forEach(object -> {
            unreferenced.addObject(object, topics, now.minus(grace));
            if (bodies != null) {
                bodies.addObject(object);
            }
        });
        return unreferenced;
    }

    private void addObject(StoredObject object, Set<String> topics, Instant before) {
        objects++;
        if (!topics.contains(object.topic())) {
            ofOtherTopics++;
            return;
        }
        unseen.computeIfAbsent(object.sha256(), sha256 -> new HashSet<>(1)).add(object.topic());
        if (object.settled().isAfter(before)) {
            young++;
        } else {
            candidates
                    .computeIfAbsent(object.sha256(), sha256 -> new ArrayList<>())
                    .add(object);
        }
    }

    /** Looks for references in a part of a record. */
    void scanBytes(byte @Nullable [] bytes) {
        HashScan.findHashes(bytes, sha256 -> {
            Set<String> topics = unseen.remove(sha256);
            if (topics != null) {
                sawReference = true;
                seenTopics.addAll(topics);
                List<StoredObject> found = candidates.remove(sha256);
                referred += found == null ? 0 : found.size();
            }
        });
    }

    /** Whether no object at all was referred to, although there are some. */
    boolean foundNoReference() {
        return !sawReference && !unseen.isEmpty();
    }

    /** The topics in the names of objects that nothing refers to, of which no record refers to any object. */
    Set<String> topicsWithoutReference() {
        Set<String> topics = new TreeSet<>();
        candidates.values().forEach(some -> some.forEach(object -> topics.add(object.topic())));
        topics.removeAll(seenTopics);
        return topics;
    }

    /** The unreferenced objects, in the order of their names. */
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
