package io.millrace.tools.chain;

import io.millrace.transforms.ToOfficialEvent;
import io.millrace.transforms.official.OfficialEventConfig;
import io.millrace.transforms.official.OfficialEventMapper;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.connector.ConnectRecord;

/** Why a transform dropped a record. A transform says nothing itself, so Millrace's own are asked another way. */
@FunctionalInterface
interface DropReasons {
    /** The reasons for this record, a line to each; none where they are not known. */
    List<String> of(ConnectRecord<?> record);

    /** For a transform of that class, whose options have the prefix. */
    static DropReasons of(Class<?> transform, Map<String, String> options, String prefix) {
        // By name: the transform's own class comes from the plugin's class loader.
        if (!transform.getName().equals(ToOfficialEvent.class.getName())) {
            return record -> List.of();
        }
        return new OfficialEventMapper(new OfficialEventConfig(TransformStages.ownOptions(options, prefix)))
                ::explainDrop;
    }
}
