package io.millrace.connectors.channel.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class ChannelTokensTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final ChannelTokens BY_SECRET = tokens(SECRET);

    private static ChannelTokens tokens(String keys) {
        JWKSet parsed = TokenKeys.parse(keys);
        return new ChannelTokens(() -> parsed, Optional.of("shop"), "channels");
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .audience("shop")
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .claim("channels", List.of("import:1", "user:7:*"));
    }

    private static String sign(JWSAlgorithm algorithm, JWSSigner signer, JWTClaimsSet claims) throws JOSEException {
        SignedJWT token = new SignedJWT(new JWSHeader(algorithm), claims);
        token.sign(signer);
        return token.serialize();
    }

    private static String bySecret(JWTClaimsSet claims) throws JOSEException {
        return sign(JWSAlgorithm.HS256, new MACSigner(SECRET), claims);
    }

    private static String pem(byte[] key) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.UTF_8))
                        .encodeToString(key)
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static KeyPair rsa() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    @Test
    void tokenNamesItsChannelsExactlyOrByTheirBeginning() throws Exception {
        Grant grant = BY_SECRET.verify(bySecret(claims().build()));
        assertThat(grant.permits("import:1")).isTrue();
        assertThat(grant.permits("import:12")).isFalse();
        assertThat(grant.permits("user:7:mail")).isTrue();
        assertThat(grant.permits("user:70")).isFalse();
    }

    @Test
    void keysOfThreeKindsVerify() throws Exception {
        KeyPair rsa = rsa();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair ec = generator.generateKeyPair();
        ChannelTokens both =
                tokens(pem(rsa.getPublic().getEncoded()) + pem(((ECPublicKey) ec.getPublic()).getEncoded()));
        String ofRsa = sign(JWSAlgorithm.RS256, new RSASSASigner(rsa.getPrivate()), claims().build());
        String ofEc = sign(JWSAlgorithm.ES256, new ECDSASigner((ECPrivateKey) ec.getPrivate()), claims().build());
        assertThat(both.verify(ofRsa).permits("import:1")).isTrue();
        assertThat(both.verify(ofEc).permits("import:1")).isTrue();
        assertThatThrownBy(() -> both.verify(bySecret(claims().build()))).isInstanceOf(RefusedTokenException.class);
        // The public key as the secret of HS256.
        String confused =
                sign(JWSAlgorithm.HS256, new MACSigner(pem(rsa.getPublic().getEncoded())), claims().build());
        assertThatThrownBy(() -> both.verify(confused)).isInstanceOf(RefusedTokenException.class);
    }

    @Test
    void tokenThatIsNotValidIsRefused() throws Exception {
        String valid = bySecret(claims().build());
        List<String> refused = List.of(
                "",
                "a.b.c",
                "x".repeat(9_000),
                valid.substring(0, valid.length() - 4) + "AAAA",
                // {"alg":"none"}
                "eyJhbGciOiJub25lIn0." + valid.split("\\.", -1)[1] + ".",
                bySecret(claims().audience("other").build()),
                bySecret(claims().expirationTime(Date.from(Instant.now().minusSeconds(60)))
                        .build()),
                bySecret(claims().expirationTime(null).build()),
                bySecret(claims().claim("channels", null).build()),
                bySecret(claims().claim("channels", 7).build()),
                bySecret(claims().claim("channels", List.of(7)).build()),
                sign(JWSAlgorithm.HS256, new MACSigner("another secret of 32 characters!"), claims().build()));
        for (String token : refused) {
            assertThatThrownBy(() -> BY_SECRET.verify(token))
                    .as(token)
                    .isInstanceOf(RefusedTokenException.class)
                    .hasMessageNotContaining("ey");
        }
    }

    @Test
    void keysThatAreTooWeakAreRefused() throws Exception {
        assertThatThrownBy(() -> TokenKeys.parse("short")).hasMessageContaining("found 5 characters");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        String small = pem(generator.generateKeyPair().getPublic().getEncoded());
        assertThatThrownBy(() -> TokenKeys.parse(small)).hasMessageContaining("1024 bits");
        assertThatThrownBy(() -> TokenKeys.parse("-----BEGIN CERTIFICATE-----\n"))
                .hasMessageContaining("without BEGIN PUBLIC KEY");
    }

    @Test
    void keysOfAnIdentityProviderVerify() throws Exception {
        KeyPair rsa = rsa();
        String document = "{\"keys\":["
                + TokenKeys.parse(pem(rsa.getPublic().getEncoded()))
                        .getKeys()
                        .get(0)
                        .toJSONString() + "]}";
        HttpServer provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/jwks", exchange -> {
            byte[] body = document.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        provider.start();
        URI address = URI.create("http://127.0.0.1:" + provider.getAddress().getPort() + "/jwks");
        try (JwksKeys keys = new JwksKeys(address)) {
            ChannelTokens tokens = new ChannelTokens(keys, Optional.empty(), "channels");
            String token = sign(JWSAlgorithm.RS256, new RSASSASigner(rsa.getPrivate()), claims().build());
            assertThat(tokens.verify(token).permits("import:1")).isTrue();
        } finally {
            provider.stop(0);
        }
        assertThatThrownBy(() -> new JwksKeys(address))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("token.jwks");
    }
}
