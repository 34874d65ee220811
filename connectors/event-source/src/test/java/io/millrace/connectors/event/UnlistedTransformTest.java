package io.millrace.connectors.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A transform that is configured and not applied would let rows out as they are. */
class UnlistedTransformTest {
    private static List<String> refusals(Map<String, String> more) {
        Map<String, String> options = new HashMap<>(Map.of(
                "name", "media",
                "connector.class", EventSourceConnector.class.getName(),
                "wrapped.connector.class", ScriptedSource.class.getName(),
                "exactly.once.support", "required",
                "transaction.boundary", "connector",
                "speed", "5"));
        options.putAll(more);
        return new EventSourceConnector()
                .validate(options).configValues().stream()
                        .flatMap(value -> value.errorMessages().stream())
                        .toList();
    }

    @Test
    void isRefused() {
        assertThat(refusals(
                        Map.of("transforms", "context", "transforms.context.type", "A", "transforms.outbox.type", "B")))
                .singleElement()
                .asString()
                .contains(
                        "transforms: the transform 'outbox' is configured, but not in the list", "transforms=context");
        assertThat(refusals(Map.of("transforms.outbox.type", "B"))).hasSize(1);
    }

    @Test
    void isAcceptedIfItIsListed() {
        assertThat(refusals(Map.of(
                        "transforms",
                        " context , outbox",
                        "transforms.context.type",
                        "A",
                        "transforms.outbox.type",
                        "B")))
                .isEmpty();
        assertThat(refusals(Map.of())).isEmpty();
    }

    @Test
    void theOwnOptionsAreCheckedWithoutTheWrappedConnector() {
        Map<String, String> options = Map.of(
                "name", "media",
                "connector.class", EventSourceConnector.class.getName(),
                "wrapped.connector.class", "of.another.Worker",
                "processing.guarantee", "twice");

        assertThat(UnwrappedConfiguration.validateOwnOptions(options).stream()
                        .filter(value -> !value.errorMessages().isEmpty()))
                .extracting(value -> value.name())
                .containsExactly("processing.guarantee");
    }
}
