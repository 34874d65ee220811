package io.millrace.transforms.official;

import io.millrace.expressions.Path;
import io.millrace.expressions.Requirement;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The shapes of one table's rules, found by operation and then by the text in the column that tells most of their
 * conditions apart, so that many rules on one table cost little more than one.
 */
final class ShapeIndex {
    private final List<EventShape> all;
    private final Map<Operation, OfOperation> byOperation = new EnumMap<>(Operation.class);

    /** With shapes in the order of their rules. */
    ShapeIndex(List<EventShape> shapes) {
        all = List.copyOf(shapes);
        for (Operation operation : Operation.values()) {
            byOperation.put(operation, OfOperation.of(select(shapes, shape -> shape.rule()
                    .operations()
                    .contains(operation))));
        }
    }

    /** Every shape, in the order of their rules. */
    List<EventShape> all() {
        return all;
    }

    /** The shapes that may mean the change, in the order of their rules. The others do not. */
    EventShape[] candidates(ChangeEvent change) {
        return byOperation.get(change.operation()).candidates(change);
    }

    private static List<EventShape> select(List<EventShape> shapes, Predicate<EventShape> wanted) {
        return shapes.stream().filter(wanted).toList();
    }

    private static EventShape[] array(List<EventShape> shapes) {
        return shapes.toArray(EventShape[]::new);
    }

    /**
     * The shapes of one operation.
     *
     * @param all every one of them
     * @param key finds the text by which they are told apart; null where no condition asks for one
     * @param byText those that may hold where the text is this one
     * @param others those that may hold where it is another one
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared; an array is iterated without an iterator.
    private record OfOperation(
            EventShape[] all, Requirement key, Map<String, EventShape[]> byText, EventShape[] others) {
        static OfOperation of(List<EventShape> shapes) {
            Optional<Path> path = mostTelling(shapes);
            if (path.isEmpty()) {
                return new OfOperation(array(shapes), null, Map.of(), array(shapes));
            }
            Map<String, EventShape[]> byText = new HashMap<>();
            Requirement key = null;
            for (EventShape shape : shapes) {
                for (Requirement requirement : at(path.get(), shape)) {
                    key = requirement;
                    String text = requirement.text();
                    byText.computeIfAbsent(
                            text,
                            t -> array(select(shapes, other -> at(path.get(), other).stream()
                                    .allMatch(wanted -> wanted.text().equals(t)))));
                }
            }
            return new OfOperation(array(shapes), key, byText, array(select(shapes, shape -> at(path.get(), shape)
                    .isEmpty())));
        }

        /** The path that tells most shapes apart: the one with the most texts, of which an operation's code has but one. */
        private static Optional<Path> mostTelling(List<EventShape> shapes) {
            Map<Path, Set<String>> texts = new LinkedHashMap<>();
            for (EventShape shape : shapes) {
                for (Requirement requirement : shape.requirements()) {
                    texts.computeIfAbsent(requirement.path(), path -> new HashSet<>())
                            .add(requirement.text());
                }
            }
            return texts.entrySet().stream()
                    .max(Comparator.comparingInt(entry -> entry.getValue().size()))
                    .map(Map.Entry::getKey);
        }

        private static List<Requirement> at(Path path, EventShape shape) {
            return shape.requirements().stream()
                    .filter(requirement -> requirement.path().equals(path))
                    .toList();
        }

        EventShape[] candidates(ChangeEvent change) {
            String text = key == null ? null : key.found(change);
            return text == null ? all : byText.getOrDefault(text, others);
        }
    }
}
