package io.millrace.local.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.LocalPipeline;
import io.millrace.local.SharedPipeline;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ProjectFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutageIT {
    private final LocalPipeline pipeline = SharedPipeline.get();

    /** With shorter times than those of the quickstart. */
    @Test
    void everyVisitOfAnOutageIsInKafkaOnce() throws Exception {
        Path file = ProjectFiles.of(Installation.locate()).connectConfigs().resolve("17-spool.json");
        ObjectNode config =
                (ObjectNode) new ObjectMapper().readTree(file.toFile()).path("config");
        config.put("recover.delay.ms", "1000");
        Map<String, Object> options = new HashMap<>(VisitService.options(pipeline));
        options.put("spool.after.ms", "500");
        List<String> steps = new ArrayList<>();
        pipeline.rest().put(Outage.CONNECTOR, config);
        try {
            pipeline.rest().awaitRunning(Outage.CONNECTOR, Duration.ofMinutes(1));
            VisitTally tally = new Outage(pipeline, options, Duration.ofSeconds(3), steps::add).play();

            assertThat(tally.isRight())
                    .as("%s; %s", tally.answers(), tally.comparison())
                    .isTrue();
            assertThat(tally.spooled()).isGreaterThan(50);
            assertThat(tally.answers()).contains("in neither 0");
        } finally {
            pipeline.rest().delete(Outage.CONNECTOR);
        }
        assertThat(steps).contains("stopping Kafka for 3 s, while visits are recorded", "starting Kafka");
    }
}
