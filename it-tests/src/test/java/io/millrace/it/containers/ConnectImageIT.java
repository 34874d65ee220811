package io.millrace.it.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.wait.strategy.Wait;

/** What the image promises beside the plugins in it. */
@NeedsDocker
class ConnectImageIT {
    @Test
    void saysInASentenceWhichVariableIsMissing() throws Exception {
        assertRefuses(
                Map.of("CONNECT_BOOTSTRAP_SERVERS", "kafka:9092"),
                "connect: CONNECT_GROUP_ID is not set; give Kafka's addresses (host:port,...) and a name for the group of"
                        + " workers.");
    }

    @Test
    void saysInASentenceWhichVariableIsWrong() throws Exception {
        assertRefuses(
                Map.of(
                        "CONNECT_BOOTSTRAP_SERVERS", "kafka:9092",
                        "CONNECT_GROUP_ID", "shop",
                        "PROMETHEUS_PORT", "94040"),
                "connect: PROMETHEUS_PORT=94040 is not a port; give a number from 1 to 65535.");
    }

    @Test
    void aWorkerIsHealthyShowsItsMetricsAndStopsWhenItIsAsked() throws Exception {
        try (ConnectContainer worker = ContainerPipeline.shared()
                .newWorker()
                .withEnv("PROMETHEUS_PORT", Integer.toString(ConnectContainer.METRICS_PORT))
                .withEnv("CONNECT_LOG4J_LOGGERS", "org.apache.kafka.clients=ERROR")
                .waitingFor(Wait.forHealthcheck())) {
            worker.addExposedPort(ConnectContainer.METRICS_PORT);
            worker.start();

            assertThat(metrics(worker))
                    .contains("kafka_connect_connect_worker_task_count")
                    .contains("jvm_memory_used_bytes");
            assertThat(run(worker, "id", "-u")).isEqualTo("1000");
            ExecResult status =
                    worker.execInContainer("/opt/millrace/bin/millrace", "status", "--rest", "http://127.0.0.1:8083");
            assertThat(status.getExitCode()).as(status.getStderr()).isZero();
            assertThat(status.getStdout()).contains("No problems");
            assertThat(run(worker, "cat", "/proc/1/comm")).isEqualTo("java");
            assertThat(worker.getLogs())
                    .doesNotContain("(org.apache.kafka.clients.")
                    .contains("(org.apache.kafka.connect.");

            assertThat(worker.stopInOrder(30)).isEqualTo(143);
            assertThat(worker.getLogs()).contains("Kafka Connect stopped");
        }
    }

    @Test
    void theHealthCheckSaysWhatIsWrong() throws Exception {
        try (ConnectContainer idle = idle(Map.of())) {
            ExecResult result = idle.execInContainer("/opt/millrace/bin/healthy");

            assertThat(result.getExitCode()).isEqualTo(1);
            assertThat(result.getStdout()).isEqualTo("Nothing answers on port 8083.\n");
        }
    }

    private static void assertRefuses(Map<String, String> environment, String sentence) throws Exception {
        try (ConnectContainer idle = idle(environment)) {
            ExecResult result = idle.execInContainer("/opt/millrace/bin/connect");

            assertThat(result.getStderr()).isEqualTo(sentence + "\n");
            assertThat(result.getExitCode()).isEqualTo(2);
        }
    }

    /** A container in which no worker runs. */
    private static ConnectContainer idle(Map<String, String> environment) {
        ConnectContainer idle = new ConnectContainer()
                .withEnv(environment)
                .withCommand("sleep", "60")
                .waitingFor(Wait.forSuccessfulCommand("true"));
        idle.start();
        return idle;
    }

    private static String run(ConnectContainer worker, String... command) throws Exception {
        return worker.execInContainer(command).getStdout().strip();
    }

    private static String metrics(ConnectContainer worker) throws Exception {
        URI address = URI.create(
                "http://" + worker.getHost() + ":" + worker.getMappedPort(ConnectContainer.METRICS_PORT) + "/metrics");
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(address)
                                .timeout(Duration.ofSeconds(30))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }
}
