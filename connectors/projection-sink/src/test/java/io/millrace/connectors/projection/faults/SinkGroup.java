package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.servers.Installation;
import java.nio.file.Path;
import java.util.Map;

/** The workers with this module's plugin. */
final class SinkGroup {
    /** A topic that is deleted stays so until it is created, and a user may be denied to write to a topic. */
    private static final Map<String, String> BROKER = Map.of(
            "group.min.session.timeout.ms",
            "1000",
            "offsets.retention.minutes",
            "1440",
            "auto.create.topics.enable",
            "false",
            "authorizer.class.name",
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found",
            "true");

    private static final Map<String, String> WORKER = Map.of("exactly.once.source.support", "disabled");

    /** The folder with this module's plugin and its libraries. */
    private static final Path PLUGINS = Path.of(System.getProperty("millrace.plugins", "target/plugins"));

    private SinkGroup() {}

    /** Starts the broker and the workers in this directory. */
    static ConnectGroup start(Installation installation, Path directory) {
        return ConnectGroup.start(installation, directory, PLUGINS, BROKER, WORKER);
    }
}
