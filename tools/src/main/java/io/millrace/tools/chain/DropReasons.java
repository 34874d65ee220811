package io.millrace.tools.chain;

import io.millrace.lookups.Lookups;
import io.millrace.rules.OfficialEventConfig;
import io.millrace.rules.OfficialEventMapper;
import io.millrace.transforms.ToOfficialEvent;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.connector.ConnectRecord;

/**
 * The reasons why a transform dropped a record. The interface of transforms has no reason, so those of Millrace are
 * queried directly.
 */
@FunctionalInterface
interface DropReasons {
    /** The reasons for this record, a line to each; none if they are unknown. */
    List<String> of(ConnectRecord<?> record);

    /** For a transform of that class, whose options have the prefix. */
    static DropReasons of(Class<?> transform, Map<String, String> options, String prefix) {
        // By name: the transform's own class comes from the plugin's class loader.
        if (!transform.getName().equals(ToOfficialEvent.class.getName())) {
            return record -> List.of();
        }
        OfficialEventConfig config = new OfficialEventConfig(TransformStages.ownOptions(options, prefix));
        OfficialEventMapper mapper = new OfficialEventMapper(config);
        return record -> {
            try (Lookups lookups = config.lookups()) {
                lookups.open();
                return mapper.explainDrop(record);
            }
        };
    }
}
