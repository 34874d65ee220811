package io.millrace.connectors.projection.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Where user and password of a connection come from. */
enum CredentialSource {
    OPTIONS,
    FILE,
    AWS_IAM;

    /**
     * The source of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static CredentialSource parse(String name) {
        return Arrays.stream(values())
                .filter(source -> source.text().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected one of "
                        + Arrays.stream(values()).map(CredentialSource::text).collect(Collectors.joining(", "))));
    }

    /** As the option has it. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
