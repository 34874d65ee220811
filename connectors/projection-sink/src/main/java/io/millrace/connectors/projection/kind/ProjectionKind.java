package io.millrace.connectors.projection.kind;

import io.millrace.config.OptionSet;
import io.millrace.connectors.projection.requirement.Problem;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The effect of records on a view: a value of the option {@code kind}. A kind is a package with a definition, options,
 * a projection and row changes, and an entry in the list of kinds. The interfaces of this package have no default
 * methods, so that the compiler lists the methods that a kind needs. Without state.
 */
public interface ProjectionKind {
    /** The value of the option {@code kind}. */
    String name();

    /** The effect of a record, as a sentence of the reference. */
    String description();

    /** The options of a projection of this kind, without {@code kind} and without a prefix. */
    OptionSet options();

    /** Why an option of other kinds does not fit this one, by the option's name; those without an entry need no reason. */
    Map<String, String> refusals();

    /**
     * Checks options against each other; each is valid by itself.
     *
     * @return whether {@link #define} can be called
     */
    boolean checkOptions(ProjectionSettings settings, Consumer<Problem> problems);

    /** Makes the projection; every option must be valid by itself. */
    ProjectionDefinition define(ProjectionSettings settings);
}
