package io.millrace.connectors.channel.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Verifies tokens: JWTs signed with HS256 by a secret, or with RS256 or ES256 by a private key. A key's kind determines the
 * algorithm, whatever the token's header names. {@code exp} is required, with 5 s for different clocks; if an audience is configured, {@code aud}
 * is too. Never waits. Safe for use by many threads.
 */
public final class ChannelTokens {
    /** A longer token is refused before it is parsed. */
    public static final int MAX_LENGTH = 8_192;

    private static final int CLOCK_SKEW_SECONDS = 5;
    private static final List<KeyKind> KINDS = List.of(
            new KeyKind(KeyType.OCT, JWSAlgorithm.HS256),
            new KeyKind(KeyType.RSA, JWSAlgorithm.RS256),
            new KeyKind(KeyType.EC, JWSAlgorithm.ES256));

    /** Null if no tokens are required. */
    private final @Nullable Supplier<JWKSet> keys;

    private final Optional<String> audience;
    private final String claim;
    private volatile @Nullable Verification last;

    private record KeyKind(KeyType type, JWSAlgorithm algorithm) {}

    private record Verification(JWKSet keys, DefaultJWTProcessor<SecurityContext> processor) {}

    /**
     * Tokens of these keys.
     *
     * @param keys the keys at present
     * @param audience what {@code aud} must contain; empty if it is not checked
     * @param claim the claim that names the channels
     */
    public ChannelTokens(Supplier<JWKSet> keys, Optional<String> audience, String claim) {
        this.keys = keys;
        this.audience = audience;
        this.claim = claim;
    }

    private ChannelTokens() {
        this.keys = null;
        this.audience = Optional.empty();
        this.claim = "";
    }

    /** Every subscriber may read every channel, without a token. */
    public static ChannelTokens notRequired() {
        return new ChannelTokens();
    }

    /** Whether the same tokens are valid at present, and permit the same. */
    public boolean acceptsSameAs(ChannelTokens other) {
        return audience.equals(other.audience)
                && claim.equals(other.claim)
                && presentKeys().equals(other.presentKeys());
    }

    /** Empty if no tokens are required. */
    private Optional<List<JWK>> presentKeys() {
        return keys == null ? Optional.empty() : Optional.of(keys.get().getKeys());
    }

    /** Whether a subscriber needs a token. */
    public boolean areRequired() {
        return keys != null;
    }

    /** What a subscriber without a token may read; empty if it needs one. */
    public Optional<Grant> withoutToken() {
        return areRequired() ? Optional.empty() : Optional.of(Grant.ALL);
    }

    /**
     * What a token permits.
     *
     * @throws RefusedTokenException if it is not valid
     */
    public Grant verify(String token) throws RefusedTokenException {
        if (keys == null) {
            return Grant.ALL;
        }
        if (token.length() > MAX_LENGTH) {
            throw new RefusedTokenException("the token is longer than " + MAX_LENGTH + " characters");
        }
        try {
            SignedJWT parsed = SignedJWT.parse(token);
            JWTClaimsSet claims = processor(keys.get()).process(parsed, null);
            Instant until = claims.getExpirationTime().toInstant();
            return new Grant(channelsOf(claims), until);
        } catch (ParseException e) {
            throw new RefusedTokenException("the token is not a signed JWT");
        } catch (BadJOSEException e) {
            // Nimbus's messages name the check and no part of the token.
            throw new RefusedTokenException(String.valueOf(e.getMessage()));
        } catch (JOSEException | RuntimeException e) {
            throw new RefusedTokenException("the token cannot be verified");
        }
    }

    private List<String> channelsOf(JWTClaimsSet claims) throws ParseException, RefusedTokenException {
        Object found = claims.getClaim(claim);
        if (found instanceof String one) {
            return List.of(one);
        }
        List<String> channels = found instanceof List<?> ? claims.getStringListClaim(claim) : null;
        if (channels == null) {
            throw new RefusedTokenException("the token has no claim " + claim + " with the names of channels");
        }
        return channels;
    }

    @SuppressWarnings("ReferenceEquality") // Keys that were read again are another set.
    private DefaultJWTProcessor<SecurityContext> processor(JWKSet present) {
        Verification known = last;
        if (known == null || known.keys() != present) {
            known = new Verification(present, createProcessor(present));
            last = known;
        }
        return known.processor();
    }

    private DefaultJWTProcessor<SecurityContext> createProcessor(JWKSet present) {
        Set<KeyType> types = present.getKeys().stream().map(JWK::getKeyType).collect(Collectors.toSet());
        Set<JWSAlgorithm> algorithms = KINDS.stream()
                .filter(kind -> types.contains(kind.type()))
                .map(KeyKind::algorithm)
                .collect(Collectors.toSet());
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, new ImmutableJWKSet<>(present)));
        DefaultJWTClaimsVerifier<SecurityContext> claims =
                new DefaultJWTClaimsVerifier<>(audience.orElse(null), null, Set.of("exp"));
        claims.setMaxClockSkew(CLOCK_SKEW_SECONDS);
        processor.setJWTClaimsSetVerifier(claims);
        return processor;
    }
}
