package io.millrace.testing.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A server's key and certificate, for 127.0.0.1.
 *
 * @param file in PKCS12
 * @param password of the file and of the key in it
 */
public record ServerKeystore(Path file, String password) {
    /** For a client that trusts the certificate in this file and no other. */
    SSLContext trusting() {
        try (InputStream content = Files.newInputStream(file)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(content, password.toCharArray());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(keys);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException("The keystore could not be read: " + file, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("The keystore cannot be used: " + file, e);
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return file.toString();
    }
}
