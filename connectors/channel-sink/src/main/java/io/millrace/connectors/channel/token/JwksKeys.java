package io.millrace.connectors.channel.token;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of an identity provider, from its JWKS document. A thread of its own reads them again each minute, so that no token waits for
 * the provider; while the provider does not answer, the last keys are valid.
 */
public final class JwksKeys implements Supplier<JWKSet>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JwksKeys.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int REFRESH_SECONDS = 60;
    private static final int OK = 200;
    private static final int MAX_CHARACTERS = 1 << 20;

    private final URI address;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread created = new Thread(task, "millrace-channels-jwks");
        created.setDaemon(true);
        return created;
    });
    private volatile JWKSet keys;

    /**
     * The keys at this address.
     *
     * @throws ConnectException if they cannot be read now
     */
    public JwksKeys(URI address) {
        this.address = address;
        try {
            keys = read();
        } catch (IOException e) {
            thread.shutdownNow();
            throw new ConnectException("The keys at " + address + " (token.jwks) cannot be read: " + e.getMessage(), e);
        }
        Objects.requireNonNull(
                thread.scheduleWithFixedDelay(this::refresh, REFRESH_SECONDS, REFRESH_SECONDS, TimeUnit.SECONDS));
    }

    @Override
    public JWKSet get() {
        return keys;
    }

    private void refresh() {
        try {
            keys = read();
        } catch (IOException | RuntimeException e) {
            LOG.warn("Reading the keys at {} failed, the last ones stay valid: {}", address, e.toString());
        }
    }

    private JWKSet read() throws IOException {
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(address).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != OK || response.body().length() > MAX_CHARACTERS) {
                throw new IOException("expected a JWKS document, found status " + response.statusCode() + " and "
                        + response.body().length() + " characters");
            }
            // A secret in a public document would let anyone sign.
            List<JWK> found = JWKSet.parse(response.body()).getKeys().stream()
                    .filter(key -> KeyType.RSA.equals(key.getKeyType()) || KeyType.EC.equals(key.getKeyType()))
                    .toList();
            if (found.isEmpty()) {
                throw new IOException("expected keys of the types RSA or EC, found none");
            }
            return new JWKSet(found);
        } catch (ParseException e) {
            throw new IOException("expected a JWKS document, found " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
