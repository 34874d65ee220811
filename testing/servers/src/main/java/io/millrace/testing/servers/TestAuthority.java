package io.millrace.testing.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate authority that lives for a test, and the files that it made with the JDK's keytool: what servers on 127.0.0.1
 * show, and what their clients trust.
 */
public final class TestAuthority {
    private static final String NAMES = "san=ip:127.0.0.1,dns:localhost";

    private final Path folder;
    private final String password;

    private TestAuthority(Path folder, String password) {
        this.folder = folder;
        this.password = password;
    }

    /**
     * Makes an authority and its truststore.
     *
     * @param folder made where it is missing
     * @param password of every file that has one
     */
    public static TestAuthority in(Path folder, String password) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        TestAuthority authority = new TestAuthority(folder, password);
        authority.keytool("-genkeypair -alias ca -keyalg RSA -keysize 2048 -validity 2 -dname CN=authority -ext bc:c"
                + " -storetype PKCS12 -keystore ca.p12");
        authority.keytool("-exportcert -rfc -alias ca -file ca.pem -keystore ca.p12");
        authority.trust("truststore.p12", "PKCS12");
        return authority;
    }

    /** Makes a server's key and certificate, as a keystore and in PEM, and a truststore that a JVM reads without a password. */
    public void certifyServer() throws IOException, InterruptedException, GeneralSecurityException {
        keytool("-genkeypair -alias server -keyalg RSA -keysize 2048 -validity 2 -dname CN=server -ext " + NAMES
                + " -storetype PKCS12 -keystore server.p12");
        keytool("-certreq -alias server -file server.csr -keystore server.p12");
        keytool("-gencert -rfc -alias ca -validity 2 -ext " + NAMES
                + " -infile server.csr -outfile server.pem -keystore ca.p12");
        keytool("-importcert -noprompt -alias ca -file ca.pem -keystore server.p12");
        keytool("-importcert -noprompt -alias server -file server.pem -keystore server.p12");
        Files.writeString(file("server.key"), pem(serverKey()));
        trust("truststore.jks", "JKS");
    }

    /** A file by its name: ca.pem, truststore.p12, truststore.jks, server.p12, server.pem, server.key. */
    public Path file(String name) {
        return folder.resolve(name);
    }

    /** For whoever shows the server's certificate, and trusts what the authority certified. */
    public SSLContext tls() throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(keystore("server.p12"), password.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keystore("truststore.p12"));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private KeyStore keystore(String name) throws IOException, GeneralSecurityException {
        try (InputStream content = Files.newInputStream(file(name))) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(content, password.toCharArray());
            return keys;
        }
    }

    private void trust(String name, String type) throws IOException, InterruptedException {
        keytool("-importcert -noprompt -alias ca -file ca.pem -storetype " + type + " -keystore " + name);
    }

    private Key serverKey() throws IOException, GeneralSecurityException {
        return keystore("server.p12").getKey("server", password.toCharArray());
    }

    private static String pem(Key key) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(key.getEncoded());
        return "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
    }

    private void keytool(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(List.of("-storepass:env", "STORE_PASSWORD"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(file("keytool.log").toFile());
        builder.environment().put("STORE_PASSWORD", password);
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("keytool " + arguments + ": " + Files.readString(file("keytool.log")));
        }
    }
}
