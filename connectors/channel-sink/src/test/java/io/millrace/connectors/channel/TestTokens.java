package io.millrace.connectors.channel;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/** Tokens that are signed by a secret. */
public final class TestTokens {
    public static final String SECRET = "0123456789abcdef0123456789abcdef";

    private TestTokens() {}

    /** A token of these channels that expires in so many seconds. */
    public static String create(int seconds, String... channels) {
        return create(SECRET, seconds, channels);
    }

    /** Like {@link #create(int, String...)}, signed by another secret. */
    public static String create(String secret, int seconds, String... channels) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader(JWSAlgorithm.HS256),
                    new JWTClaimsSet.Builder()
                            .expirationTime(Date.from(Instant.now().plusSeconds(seconds)))
                            .claim("channels", List.of(channels))
                            .build());
            token.sign(new MACSigner(secret));
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }
}
