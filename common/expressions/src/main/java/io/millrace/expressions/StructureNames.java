package io.millrace.expressions;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The schema names of the structures that one list of fields declares, each there once. A converter has to call them
 * something: Avro's calls those that have no name by their order, so that a new field would rename others.
 */
final class StructureNames {
    private final Optional<String> owner;
    private final Set<String> taken = new HashSet<>();

    /** Names that begin with the name of what the fields are of; without one the structures have none. */
    StructureNames(Optional<String> owner) {
        this.owner = owner;
    }

    /**
     * The name of the next structure, which Avro and Protobuf take: {@code SiteChanged_apps}.
     *
     * @param way the names of the fields that lead to it, joined by {@code _}
     */
    Optional<String> nextName(String way) {
        return owner.map(first -> {
            String name = first.replaceAll("[^A-Za-z0-9_.]", "_") + "_" + way.replaceAll("[^A-Za-z0-9_]", "_");
            String free = name;
            for (int number = 2; !taken.add(free); number++) {
                free = name + "_" + number;
            }
            return free;
        });
    }
}
