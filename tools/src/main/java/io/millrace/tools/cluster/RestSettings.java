package io.millrace.tools.cluster;

import io.millrace.tools.input.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The settings for Connect's REST interface: basic authentication and TLS, under the names that Kafka's clients have for TLS.
 * Key and trust stores are PKCS12 or JKS; a truststore may also be a PEM file of certificates.
 *
 * @param settings by their names
 */
record RestSettings(Map<String, String> settings) {
    private static final String USER = "basic.auth.username";
    private static final String PASSWORD = "basic.auth.password";
    private static final String TRUSTSTORE = "ssl.truststore.location";
    private static final String TRUSTSTORE_PASSWORD = "ssl.truststore.password";
    private static final String KEYSTORE = "ssl.keystore.location";
    private static final String KEYSTORE_PASSWORD = "ssl.keystore.password";
    private static final String KEY_PASSWORD = "ssl.key.password";
    private static final Set<String> NAMES = new TreeSet<>(
            Set.of(USER, PASSWORD, TRUSTSTORE, TRUSTSTORE_PASSWORD, KEYSTORE, KEYSTORE_PASSWORD, KEY_PASSWORD));

    /** Keeps its own copy; throws {@link UsageException} if a name is unknown. */
    RestSettings {
        settings = Map.copyOf(settings);
        for (String name : settings.keySet()) {
            if (!NAMES.contains(name)) {
                throw new UsageException("--rest-config: unknown setting " + name + "; expected some of " + NAMES);
            }
        }
    }

    /** The value of the Authorization header; empty if no user is set. */
    Optional<String> authorization() {
        String user = settings.get(USER);
        if (user == null) {
            return Optional.empty();
        }
        String login = user + ":" + settings.getOrDefault(PASSWORD, "");
        return Optional.of("Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    }

    /** The context for TLS; empty if the Java runtime's own is to be used. */
    Optional<SSLContext> tls() {
        String truststore = settings.get(TRUSTSTORE);
        String keystore = settings.get(KEYSTORE);
        if (truststore == null && keystore == null) {
            return Optional.empty();
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    keystore == null ? null : keyManagers(keystore),
                    truststore == null ? null : trustManagers(truststore),
                    null);
            return Optional.of(context);
        } catch (GeneralSecurityException | IOException e) {
            throw new UsageException("--rest-config: the key or trust store cannot be used: " + e.getMessage(), e);
        }
    }

    private TrustManager[] trustManagers(String location) throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(
                isPem(location)
                        ? loadCertificates(Path.of(location))
                        : loadStore(Path.of(location), settings.get(TRUSTSTORE_PASSWORD)));
        return factory.getTrustManagers();
    }

    private KeyManager[] keyManagers(String location) throws GeneralSecurityException, IOException {
        String password = settings.get(KEYSTORE_PASSWORD);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(
                loadStore(Path.of(location), password),
                settings.getOrDefault(KEY_PASSWORD, password == null ? "" : password)
                        .toCharArray());
        return factory.getKeyManagers();
    }

    private static boolean isPem(String location) {
        String name = location.toLowerCase(Locale.ROOT);
        return name.endsWith(".pem") || name.endsWith(".crt");
    }

    private static KeyStore loadCertificates(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("certificate-" + number, certificate);
                number++;
            }
        }
        return store;
    }

    /** Java's own type of store reads JKS and PKCS12 alike. */
    private static KeyStore loadStore(Path file, @Nullable String password)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password == null ? null : password.toCharArray());
        }
        return store;
    }

    /** Without the values. */
    @Override
    public String toString() {
        return settings.keySet().toString();
    }
}
