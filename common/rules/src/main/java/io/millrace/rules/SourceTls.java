package io.millrace.rules;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;

/**
 * The encryption of the connection to the source, and the servers that it trusts: the options of Debezium's connector, under
 * the same names. <b>Warning:</b> without verification of the server, another server in its place gets the user's password.
 *
 * @param driverProperties the MySQL driver's properties, with the passwords
 */
record SourceTls(Map<String, String> driverProperties) {
    private static final String MODE_NAME = "database.ssl.mode";
    private static final ConfigDef.Validator MODES = ConfigDef.CaseInsensitiveValidString.in(
            "disabled", "preferred", "required", "verify_ca", "verify_identity");

    private static final Option<String> MODE = Option.string(MODE_NAME)
            .defaultTo("preferred")
            .valid(MODES.toString(), mode -> MODES.ensureValid(MODE_NAME, mode))
            .medium("Whether the connection to the source is encrypted, as in the connector's option of the same "
                    + "name. Only verify_ca and verify_identity verify the server that receives the password.");
    private static final Option<String> TRUSTSTORE = Option.string("database.ssl.truststore")
            .defaultTo("")
            .low("A file (PKCS12 or JKS) with the certificates of the trusted authorities. If it is not set, Java's "
                    + "own are used.");
    private static final Option<Password> TRUSTSTORE_PASSWORD = Option.password("database.ssl.truststore.password")
            .defaultTo("")
            .low("The password of the truststore " + "file.");
    private static final Option<String> KEYSTORE = Option.string("database.ssl.keystore")
            .defaultTo("")
            .low("A file (PKCS12 or JKS) with the client's key, for a server that requires one.");
    private static final Option<Password> KEYSTORE_PASSWORD =
            Option.password("database.ssl.keystore.password").defaultTo("").low("The password of the keystore file.");

    static final OptionSet OPTIONS = OptionSet.of(MODE, TRUSTSTORE, TRUSTSTORE_PASSWORD, KEYSTORE, KEYSTORE_PASSWORD);

    SourceTls {
        driverProperties = Map.copyOf(driverProperties);
    }

    /** The settings of these options; an invalid option counts as not set. */
    static SourceTls of(Map<String, ?> options) {
        Map<String, String> properties = new HashMap<>();
        properties.put("sslMode", MODE.find(options).orElse("preferred").toUpperCase(Locale.ROOT));
        addStore(options, TRUSTSTORE, TRUSTSTORE_PASSWORD, "trustCertificateKeyStore", properties);
        addStore(options, KEYSTORE, KEYSTORE_PASSWORD, "clientCertificateKeyStore", properties);
        return new SourceTls(properties);
    }

    private static void addStore(
            Map<String, ?> options,
            Option<String> file,
            Option<Password> password,
            String driver,
            Map<String, String> properties) {
        String path = file.find(options).orElse("");
        if (!path.isEmpty()) {
            properties.put(driver + "Url", Path.of(path).toUri().toString());
            properties.put(
                    driver + "Password",
                    password.find(options).map(Password::value).orElse(""));
        }
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return String.valueOf(driverProperties.get("sslMode"));
    }
}
