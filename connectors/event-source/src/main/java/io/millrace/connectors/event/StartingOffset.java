package io.millrace.connectors.event;

import io.millrace.rules.OfficialEventOptions;
import io.millrace.rules.SourceServer;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;

/** The offset from which a wrapped MySQL connector of Debezium resumes. */
final class StartingOffset {
    private static final String SERVER = "server";
    private static final String TOPIC_PREFIX = "topic.prefix";
    private static final String FILE = "file";
    private static final String GTIDS = "gtids";

    private StartingOffset() {}

    /**
     * Requires GTIDs in the offset if the server has them. Without them Debezium 3.6 ends with a {@code NullPointerException}.
     *
     * @throws ConnectException if the offset is from before GTIDs were switched on
     */
    static void requireGtids(Map<String, String> task, OffsetStorageReader offsets) {
        String prefix = task.get(TOPIC_PREFIX);
        if (!DebeziumDefaults.isMySql(task) || prefix == null) {
            return;
        }
        Map<String, String> partition = Map.of(SERVER, prefix);
        @Nullable Map<String, Object> offset = offsets.offset(partition);
        if (offset == null || offset.get(FILE) == null || offset.get(GTIDS) != null) {
            return;
        }
        SourceServer.of(OfficialEventOptions.DATABASE.definition().parse(new HashMap<>(task)))
                .flatMap(SourceServer::findExecutedGtids)
                .ifPresent(executed -> {
                    throw new ConnectException("The server has GTIDs, and the connector's offset " + offset
                            + " has none, because gtid_mode was enabled after the offset was stored. Stop the"
                            + " connector, PATCH its offset with \"gtids\" added, the GTIDs that were executed"
                            + " at that position, and resume it. If the offset equals the server's position,"
                            + " they are " + executed);
                });
    }
}
