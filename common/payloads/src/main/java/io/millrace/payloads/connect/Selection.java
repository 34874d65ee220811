package io.millrace.payloads.connect;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which values are meant, seen from one value on the way to them. */
final class Selection {
    private static final Selection EVERYWHERE = new Selection(true);

    private final boolean everywhere;
    private final Map<String, Selection> fields = new HashMap<>();
    private Selection elements;
    private Selection values;
    private boolean end;

    private Selection(boolean everywhere) {
        this.everywhere = everywhere;
    }

    /** Every value at any depth. */
    static Selection everywhere() {
        return EVERYWHERE;
    }

    /** What these paths lead to, seen from a record's value. */
    static Selection of(List<FieldPath> paths) {
        Selection root = new Selection(false);
        for (FieldPath path : paths) {
            Selection at = root;
            for (FieldPath.Step step : path.steps()) {
                at = at.grow(step);
            }
            at.end = true;
        }
        return root;
    }

    private Selection grow(FieldPath.Step step) {
        if (step instanceof FieldPath.Named named) {
            return fields.computeIfAbsent(named.name(), name -> new Selection(false));
        }
        if (step instanceof FieldPath.Elements) {
            elements = elements == null ? new Selection(false) : elements;
            return elements;
        }
        values = values == null ? new Selection(false) : values;
        return values;
    }

    /** Whether the value itself is meant. */
    boolean isEnd() {
        return everywhere || end;
    }

    /** Seen from a field of this name; null where nothing inside of it is meant. */
    Selection field(String name) {
        return everywhere ? this : fields.get(name);
    }

    /** Seen from an array's elements; null where nothing inside of them is meant. */
    Selection elements() {
        return everywhere ? this : elements;
    }

    /** Seen from the values of a map; null where nothing inside of them is meant. */
    Selection values() {
        return everywhere ? this : values;
    }

    /** Seen from the value of a key; null where nothing inside of it is meant. */
    Selection key(Object key) {
        if (everywhere) {
            return this;
        }
        Selection named = key instanceof String name ? fields.get(name) : null;
        return named != null ? named : values;
    }
}
