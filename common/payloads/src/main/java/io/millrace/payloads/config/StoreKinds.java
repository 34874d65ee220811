package io.millrace.payloads.config;

import io.millrace.config.OptionSet;
import io.millrace.payloads.chunks.ChunkStoreKind;
import io.millrace.payloads.folder.FolderStoreKind;
import io.millrace.payloads.s3.S3StoreKind;
import io.millrace.payloads.store.StoreKind;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;

/** The kinds of stores, found by the scheme of a location. */
final class StoreKinds {
    /** A new kind of store is a line here. */
    static final List<StoreKind> ALL = List.of(new S3StoreKind(), new ChunkStoreKind(), new FolderStoreKind());

    private StoreKinds() {}

    /** The options of all kinds. */
    static OptionSet options() {
        return ALL.stream().map(StoreKind::options).reduce(OptionSet.of(), OptionSet::and);
    }

    /** The options of the kinds that have named objects. */
    static OptionSet namedOptions() {
        return named().map(StoreKind::namedOptions).reduce(OptionSet.of(), OptionSet::and);
    }

    /** How the locations of named objects are written. */
    static String namedSyntax() {
        return named().map(StoreKind::syntax).collect(Collectors.joining(" or "));
    }

    /**
     * Checks a location of named objects.
     *
     * @throws ConfigException if it is not one
     */
    static void checkNamedLocation(String option, String location) {
        named().filter(kind -> location.startsWith(kind.scheme()))
                .findFirst()
                .orElseThrow(() -> new ConfigException(option, location, "Expected " + namedSyntax()))
                .checkLocation(option, location);
    }

    private static Stream<StoreKind> named() {
        return ALL.stream().filter(StoreKind::hasNamedObjects);
    }

    /** How locations are written, for messages and the reference. */
    static String syntax(String conjunction) {
        return joinAll(conjunction, StoreKind::syntax);
    }

    /** As {@link #syntax}, with what each kind is for. */
    static String describe(String conjunction) {
        return joinAll(
                conjunction, kind -> kind.syntax() + (kind.purpose().isEmpty() ? "" : " (" + kind.purpose() + ")"));
    }

    private static String joinAll(String conjunction, Function<StoreKind, String> words) {
        List<String> each = ALL.stream().map(words).toList();
        return each.subList(0, each.size() - 1).stream().collect(Collectors.joining(", ")) + " " + conjunction + " "
                + each.get(each.size() - 1);
    }

    /**
     * The kind of a location.
     *
     * @throws ConfigException if there is none
     */
    static StoreKind find(String option, String location) {
        return ALL.stream()
                .filter(kind -> location.startsWith(kind.scheme()))
                .findFirst()
                .orElseThrow(() -> new ConfigException(option, location, "Expected " + syntax("or")));
    }

    static void checkLocation(String option, String location) {
        find(option, location).checkLocation(option, location);
    }

    static void checkOptions(String option, String location, Map<String, Object> values) {
        find(option, location).checkOptions(option, location, values);
    }
}
