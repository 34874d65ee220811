package io.millrace.examples.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes the tokens with which a page subscribes to a channel: JWTs with the algorithm HS256, whose claim {@code channels} has the one
 * channel. The channel sink verifies them with the same secret, its {@code token.key}.
 */
final class ChannelTokenSigner {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final String HEADER = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
    private static final int SHORTEST_KEY = 32;

    private final SecretKeySpec key;
    private final Duration life;

    /**
     * A signer with this secret.
     *
     * @param life for how long a token is valid; the page gets another one before its end
     * @throws IllegalArgumentException if the secret has fewer than 32 characters
     */
    ChannelTokenSigner(String secret, Duration life) {
        if (secret.length() < SHORTEST_KEY) {
            throw new IllegalArgumentException("A secret of at least 32 characters is expected");
        }
        this.key = new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256");
        this.life = life;
    }

    /** A token for a channel whose name has no character that JSON escapes. */
    String sign(String channel, Instant now) {
        long end = now.plus(life).getEpochSecond();
        String signed = HEADER + "." + encode("{\"exp\":" + end + ",\"channels\":[\"" + channel + "\"]}");
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            return signed + "." + BASE64.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has HmacSHA256", e);
        }
    }

    private static String encode(String json) {
        return BASE64.encodeToString(json.getBytes(UTF_8));
    }
}
