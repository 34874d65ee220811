package io.millrace.testing.campaigns;

import java.util.List;

/**
 * A kind of fault.
 *
 * @param name the name that the command and its documents use
 * @param strike strikes and, if the fault does not heal by itself, heals
 * @param <S> what a fault of this kind can reach
 */
public record Fault<S>(String name, Strike<S> strike) {
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
