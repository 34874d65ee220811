package io.millrace.payloads.connect;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node of the tree that configured paths form: the steps that lead on from one value, and whether a path ends at the value.
 */
final class PathTree {
    private static final PathTree EVERYWHERE = new PathTree(true);

    private final boolean everywhere;
    private final Map<String, PathTree> fields = new HashMap<>();
    private @Nullable PathTree elements;
    private @Nullable PathTree values;
    private boolean end;

    private PathTree(boolean everywhere) {
        this.everywhere = everywhere;
    }

    /** A tree in which a path ends at every value, at any depth. */
    static PathTree everywhere() {
        return EVERYWHERE;
    }

    /** The tree of these paths, from a record's value on. */
    static PathTree of(List<FieldPath> paths) {
        PathTree root = new PathTree(false);
        for (FieldPath path : paths) {
            PathTree at = root;
            for (FieldPath.PathStep step : path.steps()) {
                at = at.addStep(step);
            }
            at.end = true;
        }
        return root;
    }

    private PathTree addStep(FieldPath.PathStep step) {
        if (step instanceof FieldPath.Named named) {
            return fields.computeIfAbsent(named.name(), name -> new PathTree(false));
        }
        if (step instanceof FieldPath.Elements) {
            elements = elements == null ? new PathTree(false) : elements;
            return elements;
        }
        values = values == null ? new PathTree(false) : values;
        return values;
    }

    /** Whether a path ends at every value, at any depth. */
    boolean isEverywhere() {
        return everywhere;
    }

    /** Whether a path ends here. */
    boolean isEnd() {
        return everywhere || end;
    }

    /** The node of a field of this name; null if no path leads through it. */
    @Nullable
    PathTree field(String name) {
        return everywhere ? this : fields.get(name);
    }

    /** The node of an array's elements; null if no path leads through them. */
    @Nullable
    PathTree elements() {
        return everywhere ? this : elements;
    }

    /** The node of the values of a map; null if no path leads through them. */
    @Nullable
    PathTree values() {
        return everywhere ? this : values;
    }

    /** The node of the value of a key; null if no path leads through it. */
    @Nullable
    PathTree key(@Nullable Object key) {
        if (everywhere) {
            return this;
        }
        PathTree named = key instanceof String name ? fields.get(name) : null;
        return named != null ? named : values;
    }
}
