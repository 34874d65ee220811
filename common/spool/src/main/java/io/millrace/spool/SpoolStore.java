package io.millrace.spool;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.payloads.CorruptPayloadException;
import io.millrace.payloads.Failures;
import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.NamedObjects;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The place where objects wait, in S3 or a folder. Names below the location:
 *
 * <pre>
 * name     = "v1/" WRITER "/" INCARNATION "/" ( object / "recovered" / "closed" )
 *          / "refused/v1/" WRITER "/" INCARNATION "/" ( object / object ".reason" )
 * object   = SEQUENCE "-" DIGEST ".spool"      ; 20 decimal digits, 16 hexadecimal digits
 * </pre>
 *
 * The marker {@code recovered} contains {@code MRSP recovered 1} and the sequence of the last object whose records are all in Kafka; it is
 * written before such objects are deleted. The marker {@code closed} is written by a producer that is closed, and is empty. A write needs
 * no condition: the names of two producers differ, and a second write of an object has the same bytes. Safe for use by many threads.
 */
public final class SpoolStore implements AutoCloseable {
    /** The location. */
    public static final Option<String> LOCATION = PayloadOptions.namedLocation("spool.store")
            .required()
            .high("Where records wait while Kafka does not take them: s3://BUCKET/PREFIX, or file:/FOLDER (for"
                    + " development, or a file system that the producers and the workers share). Producers and the connector"
                    + " that brings the records back have the same location.");

    /** The location, and how the store is reached. */
    public static final OptionSet OPTIONS = OptionSet.of(LOCATION).and(PayloadOptions.NAMED);

    private static final String ROOT = "v1/";
    private static final String REFUSED = "refused/";
    private static final String RECOVERED = "recovered";
    private static final String CLOSED = "closed";
    private static final String REASON = ".reason";
    private static final Pattern NAME = Pattern.compile("(refused/)?v1/([^/]+)/([^/]+)/([^/]+)");
    private static final Pattern MARKER = Pattern.compile("MRSP recovered 1 ([0-9]{1,18})\n");
    private static final int MARKER_BYTES = 100;

    private final NamedObjects objects;

    /** A store over these objects, which are closed with it. */
    public SpoolStore(NamedObjects objects) {
        this.objects = objects;
    }

    /**
     * Opens the configured store. It connects when it is first used.
     *
     * @param settings contain {@link #OPTIONS}
     * @throws ConfigException if an option is invalid, or does not fit the others
     */
    public static SpoolStore open(Map<String, ?> settings) {
        return new SpoolStore(Payloads.openNamed(settings, LOCATION.name(), LOCATION.get(OPTIONS.read(settings))));
    }

    /** Stores an object, in a single attempt; fails with a {@link PayloadException}, after which it may have been stored all the same. */
    public CompletableFuture<Void> put(SpoolKey key, byte[] object) {
        return objects.put(nameOf(key), object);
    }

    /**
     * Reads an object.
     *
     * @return fails with a {@link CorruptSpoolException} if the object does not match its name, with a {@link MissingPayloadException} if
     *     there is none, and with another {@link PayloadException} if the store does not respond
     */
    public CompletableFuture<SpoolObject> get(SpoolKey key) {
        return objects.get(nameOf(key), SpoolFormat.MAX_BYTES).handle((bytes, thrown) -> {
            if (thrown != null) {
                Throwable failure = Failures.unwrap(thrown);
                if (failure instanceof CorruptPayloadException) {
                    throw new CorruptSpoolException(describe(key, failure.getMessage()), failure);
                }
                throw failure instanceof PayloadException known
                        ? known
                        : new PayloadException(describe(key, failure.toString()), failure);
            }
            return parse(key, bytes);
        });
    }

    private SpoolObject parse(SpoolKey key, byte[] bytes) {
        if (!key.fits(bytes)) {
            throw new CorruptSpoolException(describe(key, "its bytes do not have the hash in its name"));
        }
        SpoolObject object;
        try {
            object = SpoolFormat.read(bytes);
        } catch (CorruptSpoolException e) {
            throw new CorruptSpoolException(describe(key, e.getMessage()), e);
        }
        if (!object.incarnation().equals(key.incarnation()) || object.sequence() != key.sequence()) {
            throw new CorruptSpoolException(describe(key, "it is " + object));
        }
        return object;
    }

    private String describe(SpoolKey key, @Nullable String reason) {
        return this + "/" + nameOf(key) + ": " + reason;
    }

    /**
     * Lists everything. Waits for the store.
     *
     * @throws PayloadException if the store does not respond
     */
    public SpoolListing list() {
        List<String> foreign = new ArrayList<>();
        List<SpoolListing.Entry> refused = new ArrayList<>();
        SortedMap<Incarnation, Found> found = new TreeMap<>();
        for (NamedObjects.Entry entry : objects.list("")) {
            if (!add(entry, found, refused)) {
                foreign.add(entry.name());
            }
        }
        SortedMap<Incarnation, SpoolListing.Waiting> incarnations = new TreeMap<>();
        found.forEach((incarnation, own) ->
                incarnations.put(incarnation, new SpoolListing.Waiting(own.objects, own.recovered, own.closed)));
        return new SpoolListing(incarnations, foreign, refused);
    }

    private static final class Found {
        private final List<SpoolListing.Entry> objects = new ArrayList<>();
        private @Nullable Instant recovered;
        private boolean closed;
    }

    /** Returns whether the name is one of this format. */
    private static boolean add(
            NamedObjects.Entry entry, SortedMap<Incarnation, Found> found, List<SpoolListing.Entry> refused) {
        Matcher name = NAME.matcher(entry.name());
        if (!name.matches()) {
            return false;
        }
        Incarnation incarnation;
        try {
            incarnation = new Incarnation(name.group(2), name.group(3));
        } catch (IllegalArgumentException e) {
            return false;
        }
        String file = name.group(4);
        Optional<SpoolKey> key = SpoolKey.parse(incarnation, file);
        if (name.group(1) != null) {
            key.ifPresent(
                    refusedKey -> refused.add(new SpoolListing.Entry(refusedKey, entry.bytes(), entry.modified())));
            return key.isPresent() || file.endsWith(REASON);
        }
        if (key.isEmpty() && !file.equals(RECOVERED) && !file.equals(CLOSED)) {
            return false;
        }
        Found own = found.computeIfAbsent(incarnation, missing -> new Found());
        if (key.isPresent()) {
            own.objects.add(new SpoolListing.Entry(key.get(), entry.bytes(), entry.modified()));
        } else if (file.equals(RECOVERED)) {
            own.recovered = entry.modified();
        } else {
            own.closed = true;
        }
        return true;
    }

    /** Deletes objects whose records are all in Kafka. Waits for the store. */
    public void delete(Collection<SpoolKey> keys) {
        if (!keys.isEmpty()) {
            objects.delete(keys.stream().map(SpoolStore::nameOf).toList());
        }
    }

    /**
     * Reads how far an incarnation has been recovered.
     *
     * @return the sequence of the last object whose records are all in Kafka; 0 if there is no marker. Fails as {@link #get} does
     */
    public CompletableFuture<Long> readRecovered(Incarnation incarnation) {
        String name = folder(incarnation) + RECOVERED;
        return objects.get(name, MARKER_BYTES).handle((bytes, thrown) -> {
            if (thrown == null) {
                return parseMarker(name, bytes);
            }
            Throwable failure = Failures.unwrap(thrown);
            if (failure instanceof MissingPayloadException) {
                return 0L;
            }
            if (failure instanceof CorruptPayloadException) {
                throw new CorruptSpoolException(this + "/" + name + ": " + failure.getMessage(), failure);
            }
            throw failure instanceof PayloadException known
                    ? known
                    : new PayloadException(this + "/" + name + ": " + failure, failure);
        });
    }

    private long parseMarker(String name, byte[] bytes) {
        Matcher marker = MARKER.matcher(new String(bytes, US_ASCII));
        if (!marker.matches()) {
            throw new CorruptSpoolException(
                    this + "/" + name + ": expected 'MRSP recovered 1' and a number, found something else");
        }
        return Long.parseLong(marker.group(1));
    }

    /** Writes how far an incarnation has been recovered. */
    public CompletableFuture<Void> putRecovered(Incarnation incarnation, long sequence) {
        return objects.put(folder(incarnation) + RECOVERED, ("MRSP recovered 1 " + sequence + "\n").getBytes(US_ASCII));
    }

    /** Marks an incarnation that writes no more objects. */
    public CompletableFuture<Void> putClosed(Incarnation incarnation) {
        return objects.put(folder(incarnation) + CLOSED, new byte[0]);
    }

    /** Deletes the markers of an incarnation all of whose objects are deleted. Waits for the store. */
    public void deleteMarkers(Incarnation incarnation) {
        objects.delete(List.of(folder(incarnation) + RECOVERED, folder(incarnation) + CLOSED));
    }

    /** Puts an object aside, with the reason. Waits for the store. */
    public void refuse(SpoolKey key, String reason) {
        byte[] bytes = Failures.await(objects.get(nameOf(key), SpoolFormat.MAX_BYTES));
        Failures.await(objects.put(refusedNameOf(key), bytes));
        Failures.await(objects.put(refusedNameOf(key) + REASON, reason.getBytes(UTF_8)));
        objects.delete(List.of(nameOf(key)));
    }

    private static String folder(Incarnation incarnation) {
        return ROOT + incarnation + "/";
    }

    /** The name below the location. */
    public static String nameOf(SpoolKey key) {
        return ROOT + key;
    }

    /** The name below the location of an object that was put aside. */
    public static String refusedNameOf(SpoolKey key) {
        return REFUSED + nameOf(key);
    }

    /** The object of a name below the location, as {@link #nameOf} makes it; empty if it is not an object's. */
    public static Optional<SpoolKey> keyOf(String text) {
        Matcher name = NAME.matcher(text);
        if (!name.matches() || name.group(1) != null) {
            return Optional.empty();
        }
        try {
            return SpoolKey.parse(new Incarnation(name.group(2), name.group(3)), name.group(4));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The location. */
    @Override
    public String toString() {
        return objects.toString();
    }

    @Override
    public void close() {
        objects.close();
    }
}
