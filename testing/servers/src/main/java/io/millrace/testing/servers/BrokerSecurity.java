package io.millrace.testing.servers;

import java.util.Map;

/**
 * How clients reach a broker, and the broker itself.
 *
 * @param protocol of the listener, as Kafka names it, e.g. {@code SASL_SSL}
 * @param broker the broker's settings for it
 * @param administrator the settings of a client that may describe the cluster
 * @param scramUsers the passwords of users of SCRAM-SHA-256 that the broker has from its first start on; the broker's own
 *     is one
 */
public record BrokerSecurity(
        String protocol,
        Map<String, String> broker,
        Map<String, String> administrator,
        Map<String, String> scramUsers) {
    static final BrokerSecurity NONE = new BrokerSecurity("PLAINTEXT", Map.of(), Map.of(), Map.of());

    public BrokerSecurity {
        broker = Map.copyOf(broker);
        administrator = Map.copyOf(administrator);
        scramUsers = Map.copyOf(scramUsers);
    }

    /** Without the settings, which have secrets. */
    @Override
    public String toString() {
        return protocol;
    }
}
