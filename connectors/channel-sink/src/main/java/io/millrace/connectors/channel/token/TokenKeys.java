package io.millrace.connectors.channel.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the keys that an option contains: public keys in PEM, or a secret. */
public final class TokenKeys {
    /** What the option contains, for messages. */
    public static final String EXPECTED =
            "public keys in PEM (RSA of at least 2048 bits, or EC P-256), or a secret of at least 32 characters";

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");
    private static final int MIN_SECRET_BYTES = 32;
    private static final int MIN_RSA_BITS = 2_048;

    private TokenKeys() {}

    /**
     * The keys in a text.
     *
     * @throws IllegalArgumentException with the reason, without the text
     */
    public static JWKSet parse(String text) {
        if (!text.contains("-----")) {
            byte[] secret = text.getBytes(UTF_8);
            if (secret.length < MIN_SECRET_BYTES) {
                throw new IllegalArgumentException("expected " + EXPECTED + ", found " + secret.length + " characters");
            }
            return new JWKSet(new OctetSequenceKey.Builder(secret).build());
        }
        List<JWK> keys = new ArrayList<>();
        Matcher pem = PEM.matcher(text);
        while (pem.find()) {
            keys.add(parsePublic(Base64.getMimeDecoder().decode(pem.group(1))));
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("expected " + EXPECTED + ", found PEM without BEGIN PUBLIC KEY");
        }
        return new JWKSet(keys);
    }

    private static JWK parsePublic(byte[] der) {
        X509EncodedKeySpec spec = new X509EncodedKeySpec(der);
        try {
            RSAPublicKey key = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(spec);
            if (key.getModulus().bitLength() < MIN_RSA_BITS) {
                throw new IllegalArgumentException("expected " + EXPECTED + ", found an RSA key of "
                        + key.getModulus().bitLength() + " bits");
            }
            return new RSAKey.Builder(key).build();
        } catch (GeneralSecurityException e) {
            return parseElliptic(spec);
        }
    }

    private static JWK parseElliptic(X509EncodedKeySpec spec) {
        try {
            ECPublicKey key = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(spec);
            if (!Curve.P_256.equals(Curve.forECParameterSpec(key.getParams()))) {
                throw new IllegalArgumentException("expected " + EXPECTED + ", found an EC key of another curve");
            }
            return new ECKey.Builder(Curve.P_256, key).build();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("expected " + EXPECTED + ", found a key of another kind", e);
        }
    }
}
