package io.millrace.connectors.projection.config;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.kind.ProjectionCompilers;
import io.millrace.connectors.projection.kind.ProjectionKind;
import io.millrace.connectors.projection.kind.ProjectionSettings;
import io.millrace.connectors.projection.kind.aggregate.AggregateKind;
import io.millrace.connectors.projection.kind.append.AppendKind;
import io.millrace.connectors.projection.kind.explode.ExplodeKind;
import io.millrace.connectors.projection.kind.upsert.UpsertKind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All kinds of projections, and the options that they declare. */
final class ProjectionKinds {
    private static final List<ProjectionKind> ALL = List.of(
            new UpsertKind(), //
            new ExplodeKind(),
            new AppendKind(),
            new AggregateKind());

    static final Option<ProjectionKind> KIND = Option.string(CommonOptions.KIND)
            .as(names().toString(), ProjectionKinds::parse)
            .required()
            .high(ALL.stream()
                    .map(kind -> kind.name() + ": " + kind.description())
                    .collect(Collectors.joining(" ")));

    private ProjectionKinds() {}

    private static List<String> names() {
        return ALL.stream().map(ProjectionKind::name).toList();
    }

    private static ProjectionKind parse(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalArgumentException("expected one of " + String.join(", ", names())));
    }

    /** The kind of this name; null is the name of none. */
    static Optional<ProjectionKind> find(@Nullable String name) {
        return ALL.stream().filter(kind -> kind.name().equals(name)).findFirst();
    }

    /** The options of a projection of any kind, under the name of the projection; for the reference. */
    static OptionSet optionsOfAnyKind(String projection) {
        return prepare(allOptions(), projection);
    }

    /** The options of a projection of this kind, under the name of the projection. */
    static OptionSet options(ProjectionKind kind, String projection, ProjectionCompilers compilers) {
        return prepare(OptionSet.of(KIND).and(kind.options()).in(compilers), projection);
    }

    /** The options to declare if the kind is missing or unknown. */
    static OptionSet kindAlone(String projection) {
        return prepare(OptionSet.of(KIND), projection);
    }

    private static OptionSet prepare(OptionSet options, String projection) {
        List<Option<?>> shown = options.options().stream()
                .<Option<?>>map(option -> option.name().equals(CommonOptions.TABLE.name())
                        ? CommonOptions.TABLE.defaultTo(projection)
                        : option)
                .<Option<?>>map(option -> option.shownIn("Projection " + projection, option.name()))
                .toList();
        return OptionSet.of(shown).under(ProjectionSettings.prefix(projection));
    }

    /** The options of all kinds, without a prefix. */
    static OptionSet allOptions() {
        OptionSet all = OptionSet.of(KIND);
        for (ProjectionKind kind : ALL) {
            all = all.and(kind.options());
        }
        return all;
    }

    /** The names of the kinds that have an option, for a message. */
    static String kindsWith(Option<?> option) {
        List<String> kinds = ALL.stream()
                .filter(kind -> kind.options().names().contains(option.name()))
                .map(ProjectionKind::name)
                .toList();
        return (kinds.size() == 1 ? "the kind " : "the kinds ") + String.join(", ", kinds);
    }
}
