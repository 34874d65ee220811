package io.millrace.examples.imports;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class ChannelTokenSignerTest {
    private static final Duration LIFE = Duration.ofMinutes(5);

    /** The signature is that of {@code openssl dgst -sha256 -hmac SECRET} for these two parts. */
    @Test
    void aTokenNamesItsChannelAndEnds() {
        String token = new ChannelTokenSigner("0123456789abcdef0123456789abcdef", LIFE)
                .sign("import:1", Instant.ofEpochSecond(1_000));

        String[] parts = token.split("\\.", -1);
        assertThat(decode(parts[0])).isEqualTo("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
        assertThat(decode(parts[1])).isEqualTo("{\"exp\":1300,\"channels\":[\"import:1\"]}");
        assertThat(parts[2]).isEqualTo("HuCu1nGa5CLpf7pTxTtCvamC9dc8J7OU2Nw71RxS9fA");
    }

    @Test
    void aShortSecretIsRefused() {
        assertThatThrownBy(() -> new ChannelTokenSigner("0123456789abcdef", LIFE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String decode(String part) {
        return new String(Base64.getUrlDecoder().decode(part), US_ASCII);
    }
}
