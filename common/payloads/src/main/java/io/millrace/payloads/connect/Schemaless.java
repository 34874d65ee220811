package io.millrace.payloads.connect;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** As {@link ValueMapping}, for values without schemas: maps, lists and what is in them. */
final class Schemaless {
    private final LeafRule rule;

    Schemaless(LeafRule rule) {
        this.rule = rule;
    }

    /** Shows the values that are replaced. */
    void leaves(Object value, Selection selection, Place place, Consumer<Leaf> visitor) {
        if (value == null || selection == null) {
            return;
        }
        if (selection.isEnd() && rule.replaces(value, place)) {
            visitor.accept(new Leaf(place, null, null, value));
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                Selection selected = selection.key(entry.getKey());
                if (selected != null) {
                    leaves(entry.getValue(), selected, place.field(String.valueOf(entry.getKey())), visitor);
                }
            }
        } else if (value instanceof List<?> list && selection.elements() != null) {
            for (Object element : list) {
                leaves(element, selection.elements(), place.elements(), visitor);
            }
        }
    }

    /** Makes the value anew with one replacement for each leaf, in the order in which they were shown. */
    Object replace(Object value, Selection selection, Iterator<?> replacements) {
        if (value == null || selection == null) {
            return value;
        }
        if (selection.isEnd() && rule.replaces(value, Place.ROOT)) {
            return replacements.next();
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> made = new LinkedHashMap<>();
            map.forEach((key, content) -> made.put(key, replace(content, selection.key(key), replacements)));
            return made;
        }
        if (value instanceof List<?> list && selection.elements() != null) {
            List<Object> made = new ArrayList<>(list.size());
            list.forEach(element -> made.add(replace(element, selection.elements(), replacements)));
            return made;
        }
        return value;
    }
}
