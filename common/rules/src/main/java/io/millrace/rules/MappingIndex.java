package io.millrace.rules;

import io.millrace.changes.Operation;
import io.millrace.expressions.Path;
import io.millrace.expressions.RequiredText;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The mappings of one table's rules, indexed by operation and then by the text of the column that distinguishes most of
 * their conditions, so that many rules on one table cost little more than one.
 */
final class MappingIndex {
    private final List<EventMapping> all;
    private final Map<Operation, OperationIndex> byOperation = new EnumMap<>(Operation.class);

    /** An index of mappings in the order of their rules. */
    MappingIndex(List<EventMapping> mappings) {
        all = List.copyOf(mappings);
        for (Operation operation : Operation.values()) {
            byOperation.put(operation, OperationIndex.of(select(mappings, mapping -> mapping.rule()
                    .operations()
                    .contains(operation))));
        }
    }

    /** Every mapping, in the order of their rules. */
    List<EventMapping> all() {
        return all;
    }

    /** The mappings whose rules may match the change, in the order of the rules. The others do not match. */
    EventMapping[] findCandidates(ChangeScope change) {
        return Objects.requireNonNull(byOperation.get(change.operation())).findCandidates(change);
    }

    private static List<EventMapping> select(List<EventMapping> mappings, Predicate<EventMapping> wanted) {
        return mappings.stream().filter(wanted).toList();
    }

    private static EventMapping[] toArray(List<EventMapping> mappings) {
        return mappings.toArray(EventMapping[]::new);
    }

    /**
     * The mappings of one operation.
     *
     * @param all every one of them
     * @param key finds the text that distinguishes them; null if no condition requires one
     * @param byText the mappings whose conditions may be true if the text is this one
     * @param others the mappings whose conditions may be true if it is another one
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared; an array is iterated without an iterator.
    private record OperationIndex(
            EventMapping[] all, @Nullable RequiredText key, Map<String, EventMapping[]> byText, EventMapping[] others) {
        static OperationIndex of(List<EventMapping> mappings) {
            Optional<Path> path = findMostSelective(mappings);
            if (path.isEmpty()) {
                return new OperationIndex(toArray(mappings), null, Map.of(), toArray(mappings));
            }
            Map<String, EventMapping[]> byText = new HashMap<>();
            @Nullable RequiredText key = null;
            for (EventMapping mapping : mappings) {
                for (RequiredText requirement : requirementsAt(path.get(), mapping)) {
                    key = requirement;
                    String text = requirement.text();
                    byText.computeIfAbsent(
                            text,
                            t -> toArray(select(mappings, other -> requirementsAt(path.get(), other).stream()
                                    .allMatch(wanted -> wanted.text().equals(t)))));
                }
            }
            return new OperationIndex(
                    toArray(mappings), key, byText, toArray(select(mappings, mapping -> requirementsAt(
                                    path.get(), mapping)
                            .isEmpty())));
        }

        /** The path that distinguishes most mappings: the one with the most texts, of which an operation's code has only one. */
        private static Optional<Path> findMostSelective(List<EventMapping> mappings) {
            Map<Path, Set<String>> texts = new LinkedHashMap<>();
            for (EventMapping mapping : mappings) {
                for (RequiredText requirement : mapping.requirements()) {
                    texts.computeIfAbsent(requirement.path(), path -> new HashSet<>())
                            .add(requirement.text());
                }
            }
            return texts.entrySet().stream()
                    .max(Comparator.comparingInt(entry -> entry.getValue().size()))
                    .map(Map.Entry::getKey);
        }

        private static List<RequiredText> requirementsAt(Path path, EventMapping mapping) {
            return mapping.requirements().stream()
                    .filter(requirement -> requirement.path().equals(path))
                    .toList();
        }

        EventMapping[] findCandidates(ChangeScope change) {
            // A missing value is not a text; each rule that reads it must refuse the change.
            String text = key == null || !change.missingColumns().isEmpty() ? null : key.findText(change);
            return text == null ? all : byText.getOrDefault(text, others);
        }
    }
}
