package io.millrace.tools.payloads;

import io.millrace.payloads.PayloadException;
import io.millrace.payloads.StoredObject;
import io.millrace.payloads.StoredObjects;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.UsageException;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code millrace payloads erase}: erases stored payloads that only records of certain keys refer to. */
final class EraseCommand {
    private EraseCommand() {}

    /** Runs it; returns the exit code. */
    static int runCommand(List<String> words, PrintStream out, PrintStream err) {
        Set<String> valued = new HashSet<>(PayloadsCommand.OPTIONS);
        valued.add("--keys");
        Arguments arguments = Arguments.parse(words, valued, Set.of("--delete"));
        arguments.requireNoRest();
        RecordKeys keys = RecordKeys.parse(arguments.required("--keys"));
        Map<String, String> store = PayloadsCommand.storeConfig(arguments);
        try (StoredObjects objects = PayloadsCommand.openObjects(arguments, store);
                StoredBodies bodies = new StoredBodies(store, PayloadsCommand.bodyLocations(arguments));
                RetainedTopics topics = RetainedTopics.of(arguments)) {
            ObjectOwners owners = ObjectOwners.of(objects, keys, bodies);
            topics.readToEnd(owners::scanRecord);
            return eraseObjects(
                    new Erasure(objects, owners, PayloadsCommand.storedFor(arguments)),
                    arguments.has("--delete"),
                    topics,
                    bodies,
                    keys,
                    out,
                    err);
        } catch (PayloadException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The objects that may be erased.
     *
     * @param topics in the names of objects that may be erased
     */
    private record Erasure(StoredObjects objects, ObjectOwners owners, Set<String> topics) {
        List<StoredObject> erasable() {
            return owners.owned().stream()
                    .filter(object -> topics.contains(object.topic())
                            && owners.others(object).isEmpty())
                    .toList();
        }

        String reasonToKeep(StoredObject object) {
            return owners.others(object).isEmpty()
                    ? "kept: its topic was not named"
                    : "kept: also of " + String.join(", ", owners.others(object));
        }
    }

    private static int eraseObjects(
            Erasure erasure,
            boolean delete,
            RetainedTopics topics,
            StoredBodies bodies,
            RecordKeys keys,
            PrintStream out,
            PrintStream err) {
        List<StoredObject> erasable = erasure.erasable();
        List<StoredObject> kept = erasure.owners().owned().stream()
                .filter(object -> !erasable.contains(object))
                .toList();
        erasable.forEach(object -> out.println(object.uri() + "\t" + object.bytes() + "\terase"));
        kept.forEach(object -> out.println(object.uri() + "\t" + object.bytes() + "\t" + erasure.reasonToKeep(object)));
        keys.unseen().forEach(key -> err.println("no record has the key " + key));
        err.println(topics.summary() + "; " + erasable.size() + " objects to erase, " + kept.size() + " to keep"
                + bodies.summary());
        topics.requireRecords("nothing was erased");
        if (keys.isNoneSeen()) {
            throw new UsageException("nothing was erased: no record of the topics has one of the keys");
        }
        if (!delete) {
            return 0;
        }
        bodies.unread().ifPresent(reason -> {
            throw new UsageException("nothing was erased: " + reason);
        });
        erasure.objects().erase(erasable);
        err.println("erased " + erasable.size() + " objects");
        return reportLateReferences(erasure.owners(), erasable, topics, err);
    }

    /** A record of another key may have been written after the records were read, with a reference to what it found stored. */
    private static int reportLateReferences(
            ObjectOwners owners, List<StoredObject> erased, RetainedTopics topics, PrintStream err) {
        topics.readToEnd(owners::scanRecord);
        List<StoredObject> late = erased.stream()
                .filter(object -> !owners.others(object).isEmpty())
                .toList();
        late.forEach(object -> err.println(object.uri() + " was erased, and meanwhile a record refers to it of "
                + String.join(", ", owners.others(object)) + ": write that row again"));
        return late.isEmpty() ? 0 : 2;
    }
}
