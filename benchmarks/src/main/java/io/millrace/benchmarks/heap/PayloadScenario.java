package io.millrace.benchmarks.heap;

import io.millrace.benchmarks.harness.TableContent;
import io.millrace.benchmarks.harness.ViewDatabase;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.S3Server;
import io.millrace.transforms.ClaimCheck;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;

/** Records that refer to payloads of 5 MiB on an S3 server, so that one poll has all of them. */
final class PayloadScenario implements HeapScenario {
    /** Who restores the payloads. */
    enum Restorer {
        /** The sink, when it writes a batch. */
        SINK("payloads"),
        /** The transform, when Connect polls: the records of a poll are limited as {@code docs/payloads.md} derives. */
        TRANSFORM("restored");

        private final String label;

        Restorer(String label) {
            this.label = label;
        }
    }

    private static final String BUCKET = "payloads";
    private static final String LOCATION = "s3://" + BUCKET + "/sites";
    private static final String REGION = "eu-central-1";
    private static final long MEBI = 1 << 20;
    private static final int PAYLOAD_BYTES = (int) (5 * MEBI);
    /** 256 MiB for payloads, twice what each takes. */
    private static final int TRANSFORM_POLL_RECORDS = 25;

    private static final long INFLIGHT_BYTES = 64 * MEBI;
    /** A reference, and the JSON that it was in. */
    private static final long REFERENCE_BYTES = 4096;

    private static final int POLL_RECORDS = 500;

    private final Restorer restorer;
    private final int records;
    private final S3Server store;
    private final String text;

    /** Starts the server with its data below the directory. */
    PayloadScenario(Restorer restorer, int records, Installation installation, Path directory) {
        this.restorer = restorer;
        this.records = records;
        this.store = S3Server.start(installation, directory, BUCKET);
        this.text = makeText();
    }

    private static String makeText() {
        byte[] letters = new byte[PAYLOAD_BYTES];
        Random random = new Random(PAYLOAD_BYTES);
        for (int i = 0; i < letters.length; i++) {
            letters[i] = (byte) ('a' + random.nextInt(26));
        }
        return new String(letters, StandardCharsets.US_ASCII);
    }

    private String makeDocument(int site) {
        String number = Integer.toString(site);
        return number + text.substring(number.length());
    }

    @Override
    public String label() {
        return restorer.label;
    }

    @Override
    public int records() {
        return records;
    }

    /** Stores the payloads. */
    @Override
    public Stream<ProducerRecord<byte[], byte[]>> makeBacklog() {
        ClaimCheck<SourceRecord> transform = new ClaimCheck<>();
        Map<String, String> options = new HashMap<>(storeOptions(""));
        options.put("payload.store", LOCATION);
        options.put("fields", "document");
        transform.configure(options);
        JsonConverter converter = new JsonConverter();
        converter.configure(Map.of("schemas.enable", "false"), false);
        return IntStream.range(0, records)
                .mapToObj(site -> {
                    SourceRecord record = transform.apply(new SourceRecord(
                            Map.of(), Map.of(), label(), null, null, Map.of("document", makeDocument(site))));
                    return makeRecord(
                            "{\"site_id\":" + site + "}",
                            new String(
                                    converter.fromConnectData(label(), null, record.value()), StandardCharsets.UTF_8));
                })
                .onClose(transform::close);
    }

    private Map<String, String> storeOptions(String prefix) {
        return Map.of(
                prefix + "payload.s3.endpoint", store.endpoint(),
                prefix + "payload.s3.region", REGION,
                prefix + "payload.s3.path.style", "true",
                prefix + "payload.s3.access.key.id", store.accessKeyId(),
                prefix + "payload.s3.secret.access.key", store.secretAccessKey());
    }

    @Override
    public String definitions(ViewDatabase database) {
        return "site_id BIGINT NOT NULL PRIMARY KEY, document " + database.longText() + " NOT NULL";
    }

    @Override
    public String columns() {
        return "site_id, document";
    }

    @Override
    public TableContent expectedContent() {
        return new TableContent(
                records,
                IntStream.range(0, records)
                        .mapToLong(site -> TableContent.checksumOf(site + "|" + makeDocument(site)))
                        .sum());
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new HashMap<>(Map.of(
                "projection.view.kind", "upsert",
                "projection.view.key", "site_id = key.site_id",
                "projection.view.columns", "document"));
        if (restorer == Restorer.SINK) {
            options.put("payload.read.locations", LOCATION);
            options.putAll(storeOptions(""));
        } else {
            options.put("consumer.override.max.poll.records", Integer.toString(TRANSFORM_POLL_RECORDS));
            options.put("transforms", "restore");
            options.put("transforms.restore.type", "io.millrace.transforms.RestorePayload");
            options.put("transforms.restore.payload.read.locations", LOCATION);
            options.putAll(storeOptions("transforms.restore."));
        }
        return options;
    }

    @Override
    public HeapFormula formula() {
        return restorer == Restorer.SINK
                ? new HeapFormula(POLL_RECORDS * REFERENCE_BYTES, MEBI, INFLIGHT_BYTES)
                : new HeapFormula(2L * TRANSFORM_POLL_RECORDS * PAYLOAD_BYTES, MEBI, 0);
    }

    @Override
    public void close() {
        store.close();
    }
}
