package io.millrace.tools.payloads;

import io.millrace.payloads.Codec;
import io.millrace.payloads.ErasedPayloadException;
import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.PayloadReader;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.RefusedPayloadException;
import io.millrace.payloads.StoredObject;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of messages that {@code ClaimCheckConverter} or {@code ClaimCheckSerializer} stored. A body may have references to
 * other objects, which are then in no topic.
 */
final class StoredBodies implements AutoCloseable {
    /** As {@code Placeholder} of the converters writes it. */
    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\{\"millrace\\.payload\\.v1\":\\{\"size\":([0-9]{1,18}),\"sha256\":\"([0-9a-f]{64})\"}}");

    private static final int LONGEST_PLACEHOLDER = 200;
    /** A header converter may have put something around it, such as quotation marks. */
    private static final Pattern REFERENCE =
            Pattern.compile("millrace-payload/1;size=[0-9]+;sha256=[0-9a-f]{64};[!-~&&[^\"\\\\]]+");

    private final Map<String, String> options;
    private final List<String> locations;
    private final Map<String, List<StoredObject>> objects = new HashMap<>();
    private final Set<String> unread = new TreeSet<>();
    private long read;
    private long missing;
    private @Nullable PayloadReader reader;

    /**
     * Bodies at these locations.
     *
     * @param options how the stores are reached
     */
    StoredBodies(Map<String, String> options, List<String> locations) {
        this.options = options;
        this.locations = locations;
    }

    /** Adds an object, which may be a body. */
    void addObject(StoredObject object) {
        objects.computeIfAbsent(object.sha256(), sha256 -> new ArrayList<>(1)).add(object);
    }

    private static Matcher match(byte @Nullable [] body) {
        boolean fits = body != null && body.length <= LONGEST_PLACEHOLDER;
        return PLACEHOLDER.matcher(fits ? new String(body, StandardCharsets.ISO_8859_1) : "");
    }

    /**
     * The body that a placeholder stands for.
     *
     * @return empty if the bytes are not a placeholder, or the body is gone or cannot be read
     */
    Optional<byte[]> read(byte @Nullable [] placeholder, Headers headers) {
        Matcher matcher = match(placeholder);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        List<PayloadReference> references = findReferences(matcher, headers);
        boolean gone = false;
        for (PayloadReference reference : references) {
            try {
                byte[] body = requireReader().readNow(reference);
                read++;
                return Optional.of(body);
            } catch (MissingPayloadException | ErasedPayloadException e) {
                gone = true;
            } catch (RefusedPayloadException e) {
                unread.add(reference.uri() + " is not in the locations that are read");
            } catch (PayloadException e) {
                unread.add(String.valueOf(e.getMessage()));
            }
        }
        if (gone) {
            missing++;
        } else if (references.isEmpty()) {
            unread.add("a placeholder of the SHA-256 " + matcher.group(2) + " has no reference in its headers");
        }
        return Optional.empty();
    }

    private List<PayloadReference> findReferences(Matcher placeholder, Headers headers) {
        long size = Long.parseLong(placeholder.group(1));
        String sha256 = placeholder.group(2);
        List<PayloadReference> references = new ArrayList<>();
        for (Header header : headers) {
            Matcher text = REFERENCE.matcher(
                    header.value() == null ? "" : new String(header.value(), StandardCharsets.ISO_8859_1));
            if (text.find()) {
                parseReference(text.group())
                        .filter(reference -> reference.sha256().equals(sha256))
                        .ifPresent(references::add);
            }
        }
        for (StoredObject object : objects.getOrDefault(sha256, List.of())) {
            references.add(new PayloadReference(object.uri(), size, sha256, codecOf(object.uri()), null));
        }
        return references;
    }

    private static Optional<PayloadReference> parseReference(String text) {
        try {
            return Optional.of(PayloadReference.parse(text));
        } catch (RefusedPayloadException e) {
            // Others may use the header's name.
            return Optional.empty();
        }
    }

    private static Codec codecOf(String uri) {
        for (Codec codec : Codec.values()) {
            if (codec != Codec.NONE && uri.endsWith(codec.suffix())) {
                return codec;
            }
        }
        return Codec.NONE;
    }

    private PayloadReader requireReader() {
        if (reader == null) {
            Map<String, String> all = new HashMap<>(options);
            all.put(PayloadOptions.READ_LOCATIONS.name(), String.join(",", locations));
            reader = Payloads.openReader(PayloadOptions.READING.read(all), "PayloadsCommand");
        }
        return reader;
    }

    /** Why bodies could not be read, which may refer to any object; empty if all of them were read or are gone. */
    Optional<String> unread() {
        return unread.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        unread.size() + " stored bodies of messages cannot be read, which may refer to other objects."
                                + " The first: " + unread.iterator().next()
                                + ". Name their locations with --body-locations");
    }

    /** How many bodies were read. */
    String summary() {
        return read + missing + unread.size() == 0
                ? ""
                : "; stored bodies of messages: " + read + " read, " + missing + " gone, " + unread.size()
                        + " not readable";
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
        }
    }
}
