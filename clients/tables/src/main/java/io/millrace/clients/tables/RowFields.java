package io.millrace.clients.tables;

import io.millrace.tables.FieldType;
import io.millrace.tables.RowLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The names and types of the fields of a row, and how they lie in it. Immutable. */
final class RowFields {
    static final RowFields NONE = new RowFields(Map.of(), List.of());

    private final Map<String, Integer> places;
    private final List<FieldType> types;
    private final RowLayout layout;

    private RowFields(Map<String, Integer> places, List<FieldType> types) {
        this.places = places;
        this.types = types;
        this.layout = new RowLayout(types);
    }

    /**
     * These fields and one more.
     *
     * @throws IllegalArgumentException if there is a field with this name
     */
    RowFields with(String name, FieldType type) {
        Map<String, Integer> more = new LinkedHashMap<>(places);
        if (more.put(name, types.size()) != null) {
            throw new IllegalArgumentException("There are two fields with the name " + name);
        }
        List<FieldType> moreTypes = new ArrayList<>(types);
        moreTypes.add(type);
        return new RowFields(Collections.unmodifiableMap(more), List.copyOf(moreTypes));
    }

    RowLayout layout() {
        return layout;
    }

    /** The names in the order in which they were added. */
    Set<String> names() {
        return places.keySet();
    }

    /**
     * The place of a field.
     *
     * @throws IllegalArgumentException if there is no field with this name
     */
    int find(String name) {
        Integer place = places.get(name);
        if (place == null) {
            throw new IllegalArgumentException("There is no field " + name + "; the fields are " + places.keySet());
        }
        return place;
    }

    /**
     * The place of a field.
     *
     * @throws IllegalArgumentException if there is no field with this name and type
     */
    int find(String name, FieldType type) {
        int place = find(name);
        if (types.get(place) != type) {
            throw new IllegalArgumentException(
                    "The field " + name + " has the type " + types.get(place) + ", and was read as " + type);
        }
        return place;
    }
}
