package io.millrace.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;

/** The settings of Kafka's clients that are secrets, as options of a plugin that passes settings on to a client. */
public final class ClientSecrets {
    private static final List<String> NAMES = List.of(
            SaslConfigs.SASL_JAAS_CONFIG,
            SaslConfigs.SASL_OAUTHBEARER_CLIENT_CREDENTIALS_CLIENT_SECRET,
            SslConfigs.SSL_KEY_PASSWORD_CONFIG,
            SslConfigs.SSL_KEYSTORE_KEY_CONFIG,
            SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG,
            SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG);

    private ClientSecrets() {}

    /**
     * Declares the secrets.
     *
     * @param prefix how the options begin, e.g. {@code payload.kafka.}
     * @return by the clients' names, in their order
     */
    public static Map<String, Option<Password>> under(String prefix) {
        Map<String, Option<Password>> options = new LinkedHashMap<>();
        for (String name : NAMES) {
            options.put(name, Option.password(prefix + name).medium("The setting " + name + " of Kafka's clients."));
        }
        return options;
    }
}
