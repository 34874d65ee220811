package io.millrace.payloads.connect;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** As {@link ValueMapping}, for values without schemas: maps, lists and what is in them. */
final class SchemalessMapping {
    private final LeafRule rule;

    SchemalessMapping(LeafRule rule) {
        this.rule = rule;
    }

    /** Visits the values that are replaced. */
    void visitLeaves(@Nullable Object value, @Nullable PathTree paths, ValuePath path, Consumer<Leaf> visitor) {
        if (value == null || paths == null) {
            return;
        }
        if (paths.isEnd() && rule.replaces(value, path)) {
            visitor.accept(new Leaf(path, null, null, value));
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                PathTree below = paths.key(entry.getKey());
                if (below != null) {
                    visitLeaves(entry.getValue(), below, path.field(String.valueOf(entry.getKey())), visitor);
                }
            }
        } else if (value instanceof List<?> list && paths.elements() != null) {
            for (Object element : list) {
                visitLeaves(element, paths.elements(), path.elements(), visitor);
            }
        }
    }

    /** Makes a new value with one replacement for each leaf, in the order of the visits. */
    @Nullable
    Object replace(@Nullable Object value, @Nullable PathTree paths, Iterator<?> replacements) {
        if (value == null || paths == null) {
            return value;
        }
        if (paths.isEnd() && rule.replaces(value, ValuePath.ROOT)) {
            return replacements.next();
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> made = new LinkedHashMap<>();
            map.forEach((key, content) -> made.put(key, replace(content, paths.key(key), replacements)));
            return made;
        }
        if (value instanceof List<?> list && paths.elements() != null) {
            List<Object> made = new ArrayList<>(list.size());
            list.forEach(element -> made.add(replace(element, paths.elements(), replacements)));
            return made;
        }
        return value;
    }
}
