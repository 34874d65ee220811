package io.millrace.testing.campaigns;

import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * A kind of fault.
 *
 * @param name the name that the command and its documents use
 * @param parts the parts of the subject that the fault needs for itself; two kinds that have no part in common may strike
 *     together. Empty if the fault strikes alone
 * @param strike strikes and, if the fault does not heal by itself, heals
 * @param <S> what a fault of this kind can reach
 */
public record Fault<S>(String name, Set<String> parts, Strike<S> strike) {
    public Fault {
        parts = Set.copyOf(parts);
    }

    /** A kind that strikes alone. */
    public Fault(String name, Strike<S> strike) {
        this(name, Set.of(), strike);
    }

    /** Whether this kind and another one may strike together. */
    public boolean canJoin(Fault<S> other) {
        return !parts.isEmpty() && !other.parts.isEmpty() && Collections.disjoint(parts, other.parts);
    }

    /**
     * Finds a kind by its name.
     *
     * @throws IllegalArgumentException if none of them has this name
     */
    public static <S> Fault<S> find(List<Fault<S>> kinds, String name) {
        return kinds.stream()
                .filter(fault -> fault.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no fault " + name + "; there are "
                        + kinds.stream().map(Fault::name).toList()));
    }

    /** How a fault strikes. */
    @FunctionalInterface
    public interface Strike<S> {
        /** Strikes; returns in a few words what was struck, or an empty text. */
        String on(S scene) throws Exception;
    }
}
