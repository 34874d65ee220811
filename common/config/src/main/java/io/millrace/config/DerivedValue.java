package io.millrace.config;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value that is derived from all options of a configuration, such as a parsed list of tables, and made once for each
 * configuration although many {@link CrossCheck checks} need it. Remembers the last one as long as
 * the options are equal, because Kafka makes a new map of a transform's options for each check; does not keep the map alive. Safe for use by many threads.
 *
 * @param <T> the type of the value
 */
public final class DerivedValue<T> {
    private final Function<Map<String, Object>, T> derivation;
    private volatile @Nullable Derived<T> last;

    private DerivedValue(Function<Map<String, Object>, T> derivation) {
        this.derivation = derivation;
    }

    private record Derived<T>(WeakReference<Map<String, Object>> source, T value) {}

    /**
     * A value that this function derives.
     *
     * @param derivation must neither change the map nor keep it
     */
    public static <T> DerivedValue<T> of(Function<Map<String, Object>, T> derivation) {
        return new DerivedValue<>(derivation);
    }

    /** The value for these options. The map must not change as long as it is used here. */
    public T get(Map<String, Object> values) {
        Derived<T> known = last;
        if (known != null && values.equals(known.source.get())) {
            return known.value;
        }
        T value = derivation.apply(values);
        last = new Derived<>(new WeakReference<>(values), value);
        return value;
    }
}
