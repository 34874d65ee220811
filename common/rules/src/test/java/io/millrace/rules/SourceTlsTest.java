package io.millrace.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

/** The options of Debezium's connector, as the MySQL driver is told them. */
class SourceTlsTest {
    private static final ConfigDef DEFINITION = SourceTls.OPTIONS.definition();

    @Test
    void verifiesTheServerByTheTruststore() {
        SourceTls tls = of(Map.of(
                "database.ssl.mode", "verify_identity",
                "database.ssl.truststore", "/etc/trust store.p12",
                "database.ssl.truststore.password", "hunter2"));

        assertThat(tls.driverProperties())
                .containsOnly(
                        Map.entry("sslMode", "VERIFY_IDENTITY"),
                        Map.entry("trustCertificateKeyStoreUrl", "file:///etc/trust%20store.p12"),
                        Map.entry("trustCertificateKeyStorePassword", "hunter2"));
        assertThat(tls.toString()).isEqualTo("VERIFY_IDENTITY");
    }

    @Test
    void showsAKeyOfItsOwn() {
        SourceTls tls =
                of(Map.of("database.ssl.keystore", "/etc/key.p12", "database.ssl.keystore.password", "hunter2"));

        assertThat(tls.driverProperties())
                .containsOnly(
                        Map.entry("sslMode", "PREFERRED"),
                        Map.entry("clientCertificateKeyStoreUrl", "file:///etc/key.p12"),
                        Map.entry("clientCertificateKeyStorePassword", "hunter2"));
    }

    @Test
    void refusesAModeThatIsNone() {
        assertThatThrownBy(() -> of(Map.of("database.ssl.mode", "verify")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("database.ssl.mode")
                .hasMessageContaining("VERIFY_CA");
    }

    private static SourceTls of(Map<String, String> options) {
        return SourceTls.of(DEFINITION.parse(options));
    }
}
