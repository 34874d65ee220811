package io.millrace.transforms.official;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.types.Password;

/**
 * How the connection to the source is encrypted, and whom it trusts: the options of Debezium's connector, under the same
 * names. Where the server is not verified, whoever stands in its place is told the user's password.
 *
 * @param driverProperties the MySQL driver's properties, with the passwords
 */
record SourceTls(Map<String, String> driverProperties) {
    static final String MODE = "database.ssl.mode";
    static final String TRUSTSTORE = "database.ssl.truststore";
    static final String TRUSTSTORE_PASSWORD = "database.ssl.truststore.password";
    static final String KEYSTORE = "database.ssl.keystore";
    static final String KEYSTORE_PASSWORD = "database.ssl.keystore.password";

    SourceTls {
        driverProperties = Map.copyOf(driverProperties);
    }

    /** Adds the options. */
    static void define(ConfigDef definition) {
        definition
                .define(
                        MODE,
                        ConfigDef.Type.STRING,
                        "preferred",
                        ConfigDef.CaseInsensitiveValidString.in(
                                "disabled", "preferred", "required", "verify_ca", "verify_identity"),
                        Importance.MEDIUM,
                        "Whether the connection to the source is encrypted, as in the connector's option of this name. Only"
                                + " verify_ca and verify_identity make sure that the password goes to the right server.")
                .define(
                        TRUSTSTORE,
                        ConfigDef.Type.STRING,
                        "",
                        Importance.LOW,
                        "A file (PKCS12 or JKS) with the certificates that the server is trusted by; Java's own where it is"
                                + " missing.")
                .define(TRUSTSTORE_PASSWORD, ConfigDef.Type.PASSWORD, "", Importance.LOW, "That file's password.")
                .define(
                        KEYSTORE,
                        ConfigDef.Type.STRING,
                        "",
                        Importance.LOW,
                        "A file (PKCS12 or JKS) with the client's own key, for a server that asks for one.")
                .define(KEYSTORE_PASSWORD, ConfigDef.Type.PASSWORD, "", Importance.LOW, "That file's password.");
    }

    /** What these options say, as far as they could be read. */
    static SourceTls of(Map<String, ?> options) {
        Map<String, String> properties = new HashMap<>();
        properties.put("sslMode", text(options, MODE, "preferred").toUpperCase(Locale.ROOT));
        file(options, TRUSTSTORE, TRUSTSTORE_PASSWORD, "trustCertificateKeyStore", properties);
        file(options, KEYSTORE, KEYSTORE_PASSWORD, "clientCertificateKeyStore", properties);
        return new SourceTls(properties);
    }

    private static void file(
            Map<String, ?> options, String file, String password, String driver, Map<String, String> properties) {
        String path = text(options, file, "");
        if (!path.isEmpty()) {
            properties.put(driver + "Url", Path.of(path).toUri().toString());
            properties.put(driver + "Password", options.get(password) instanceof Password secret ? secret.value() : "");
        }
    }

    private static String text(Map<String, ?> options, String option, String otherwise) {
        return options.get(option) instanceof String text ? text : otherwise;
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return driverProperties.get("sslMode");
    }
}
