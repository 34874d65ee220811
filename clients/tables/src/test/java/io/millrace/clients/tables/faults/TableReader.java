package io.millrace.clients.tables.faults;

import io.millrace.clients.tables.Tables;
import io.millrace.tables.CleanupPolicy;
import io.millrace.tables.KeyFormat;
import io.millrace.tables.TableSettings;
import io.millrace.tables.TableState;
import io.millrace.tables.TableUnavailableException;
import io.millrace.tables.TopicTable;
import io.millrace.tables.UndecodablePolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * The process under test: a service with a table, which asks for random keys and writes every answer into its log.
 *
 * <pre>
 * open MILLIS             a table is being opened
 * first MILLIS CONTENT    the first answer of an opened table: all entries
 * get KEY VALUE           an answer; - if there is no value
 * dump NUMBER CONTENT     all entries, on request, while the table is READY
 * busy NUMBER STATE       the table is not READY, on request
 * CONTENT                 KEY=VALUE,KEY=VALUE,
 * </pre>
 *
 * Requests are lines of the standard input: {@code reopen}, and {@code dump NUMBER}.
 */
final class TableReader {
    static final String TOPIC = "campaign.table";
    /** What a value that cannot be decoded begins with. */
    static final String BAD = "bad";

    private static final int KEYS_OF_A_PARTITION = 20;
    private static final int MAX_PARTITIONS = 12;
    private static final int ANSWERS_OF_A_LOOP = 20;
    private static final long PAUSE_MS = 20;

    /** Versions, which are numbers. */
    private static final Deserializer<Long> VERSIONS =
            (topic, data) -> Long.valueOf(new String(data, StandardCharsets.US_ASCII));

    /** Where the answers go; what else is written to the standard output, as the log is, goes to the standard error. */
    private static final PrintStream ANSWERS = System.out;

    private final TableSettings settings;
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final Random random = new Random();
    private TopicTable<String, Long> table;
    private boolean hasAnswered;

    private TableReader(String servers) {
        this.settings = TableSettings.of(Map.of("bootstrap.servers", servers))
                .withCleanup(CleanupPolicy.UNCHECKED)
                .withUndecodable(UndecodablePolicy.KEEP);
        this.table = openTable();
    }

    /** The key of a number below {@link #keysOf}. */
    static String key(int partition, int number) {
        return "p" + partition + "-" + number;
    }

    /** The number of keys of each partition. */
    static int keysOf() {
        return KEYS_OF_A_PARTITION;
    }

    public static void main(String... arguments) throws InterruptedException {
        System.setOut(System.err);
        TableReader reader = new TableReader(arguments[0]);
        Thread input = new Thread(reader::readRequests, "requests");
        input.setDaemon(true);
        input.start();
        while (true) {
            reader.answerRequests();
            reader.readKeys();
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }

    /** Ends the process with its parent. */
    private void readRequests() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                requests.add(line);
            }
        } catch (IOException e) {
            System.err.println("The standard input cannot be read: " + e);
        }
        Runtime.getRuntime().halt(0);
    }

    private TopicTable<String, Long> openTable() {
        log("open " + System.currentTimeMillis());
        hasAnswered = false;
        return Tables.open(settings, TOPIC, KeyFormat.TEXT, VERSIONS);
    }

    private void answerRequests() {
        for (String request = requests.poll(); request != null; request = requests.poll()) {
            if (request.equals("reopen")) {
                table.close();
                table = openTable();
            } else {
                TableState state = table.status().state();
                log(
                        state == TableState.READY && hasAnswered
                                ? request + " " + content()
                                : "busy" + request.substring(4) + " " + state + " "
                                        + table.status().reason().orElse(""));
            }
        }
    }

    private void readKeys() {
        try {
            if (!hasAnswered) {
                String content = content();
                hasAnswered = true;
                log("first " + System.currentTimeMillis() + " " + content);
            }
            for (int i = 0; i < ANSWERS_OF_A_LOOP; i++) {
                String key = key(random.nextInt(MAX_PARTITIONS), random.nextInt(KEYS_OF_A_PARTITION));
                Long version = table.get(key);
                log("get " + key + " " + (version == null ? "-" : version));
            }
        } catch (TableUnavailableException e) {
            if (e.state() == TableState.FAILED) {
                log("failed " + e.getMessage());
                Runtime.getRuntime().halt(1);
            }
        }
    }

    private String content() {
        Map<String, Long> entries = new TreeMap<>();
        table.forEach(entries::put);
        StringBuilder text = new StringBuilder();
        entries.forEach(
                (key, version) -> text.append(key).append('=').append(version).append(','));
        return text.toString();
    }

    /** A line at a time, so that a killed process leaves whole lines. */
    private static void log(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.US_ASCII);
        ANSWERS.write(bytes, 0, bytes.length);
        ANSWERS.flush();
    }
}
