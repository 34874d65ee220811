package io.millrace.connectors.spool;

import io.millrace.partitions.BrokerOptions;
import io.millrace.partitions.KafkaLogs;
import io.millrace.partitions.SourceChecks;
import io.millrace.payloads.Failures;
import io.millrace.payloads.PayloadException;
import io.millrace.spool.SpoolStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;

/** The check of a posted configuration: each option, all together, the store, and the brokers. */
final class SpoolSourceCheck {
    private static final List<String> PREFIXES =
            List.of("spool.", "verify", "recover.", "on.corrupt", "skip.", "payload.", "max.", "duplicates");
    private static final long STORE_SECONDS = 20;

    private final Map<String, String> candidate;
    private final SourceChecks checks;

    SpoolSourceCheck(Map<String, String> candidate) {
        this.candidate = candidate;
        this.checks = new SourceChecks(SpoolSourceOptions.ALL.definition(), candidate, SpoolSourceOptions.BOUNDARY);
    }

    /** A value for each declared option, with the errors. */
    List<ConfigValue> findValues() {
        List<ConfigValue> values = findOwnValues();
        if (checks.isValid()) {
            checkStore();
            checkBrokers();
        }
        return values;
    }

    /** The same without the store and the brokers, which may not be reachable from here. */
    List<ConfigValue> findOwnValues() {
        checks.checkSource();
        checks.checkUnchangedRecords();
        checks.refuseUnknown(PREFIXES, option -> false, SpoolStore.LOCATION.name());
        return checks.values();
    }

    private void checkStore() {
        String location = SpoolStore.LOCATION.name();
        try (SpoolStore store = SpoolStore.open(candidate)) {
            Failures.await(CompletableFuture.supplyAsync(store::list).orTimeout(STORE_SECONDS, TimeUnit.SECONDS));
        } catch (ConfigException e) {
            checks.add(location, String.valueOf(e.getMessage()));
        } catch (PayloadException e) {
            String reason = e.getCause() instanceof TimeoutException
                    ? candidate.get(location) + " did not answer within " + STORE_SECONDS + " s"
                    : e.getMessage();
            checks.add(location, "the spool cannot be listed: " + reason);
        }
    }

    private void checkBrokers() {
        AbstractConfig config = new AbstractConfig(SpoolSourceOptions.ALL.definition(), candidate, false);
        try (KafkaLogs logs = new KafkaLogs(BrokerOptions.clientSettings(config))) {
            logs.readClusterId();
        } catch (KafkaException e) {
            Throwable cause = e.getCause();
            checks.add(
                    BrokerOptions.BOOTSTRAP_SERVERS.name(),
                    "the brokers cannot be used: " + e.getMessage() + (cause == null ? "" : ", " + cause.getMessage()));
        }
    }
}
