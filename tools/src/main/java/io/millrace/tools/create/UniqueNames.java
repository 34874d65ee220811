package io.millrace.tools.create;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Hands out names of one kind, each once. For one thread. */
final class UniqueNames {
    private final UnaryOperator<String> form;
    private final String separator;
    private final Set<String> taken = new HashSet<>();

    private UniqueNames(UnaryOperator<String> form, String separator) {
        this.form = form;
        this.separator = separator;
    }

    /** Names that differ by more than capital letters, with a number after the separator if nothing else distinguishes them. */
    static UniqueNames ofAnyCase(String separator) {
        return new UniqueNames(name -> name.toLowerCase(Locale.ROOT), separator);
    }

    /** Names of topics: Kafka refuses a topic whose name differs from another's by dots and underscores alone. */
    static UniqueNames ofTopics() {
        return new UniqueNames(name -> name.replace('.', '_'), "-");
    }

    /** Takes names that must not be handed out. */
    UniqueNames reserveNames(Collection<String> reserved) {
        reserved.forEach(name -> taken.add(form.apply(name)));
        return this;
    }

    /** The first candidate that is free; if all are taken, the first with a number. */
    String chooseName(List<String> candidates) {
        for (String candidate : candidates) {
            if (taken.add(form.apply(candidate))) {
                return candidate;
            }
        }
        for (int number = 2; ; number++) {
            String candidate = candidates.get(0) + separator + number;
            if (taken.add(form.apply(candidate))) {
                return candidate;
            }
        }
    }
}
