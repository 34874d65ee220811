package io.millrace.tools.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.spool.Incarnation;
import io.millrace.spool.SpoolFormat;
import io.millrace.spool.SpoolKey;
import io.millrace.spool.SpoolObject;
import io.millrace.spool.SpoolStore;
import io.millrace.spool.SpooledHeader;
import io.millrace.spool.SpooledRecord;
import io.millrace.tools.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a spool in a folder. */
class SpoolCommandTest {
    private static final Incarnation ORDERS = new Incarnation("orders", "0".repeat(32));
    private static final Incarnation VISITS = new Incarnation("visits", "1".repeat(32));

    @TempDir
    private Path folder;

    private SpoolStore store;

    @BeforeEach
    void openStore() {
        store = SpoolStore.open(Map.of("spool.store", "file:" + folder));
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private SpoolKey put(Incarnation incarnation, long sequence, long previous, String value) {
        SpooledRecord ambiguous = new SpooledRecord(
                true,
                "shop.visits",
                3,
                1_800_000_000_000L,
                1,
                -1,
                "id-" + sequence,
                value.getBytes(UTF_8),
                value.getBytes(UTF_8),
                List.of(new SpooledHeader("tenant", value.getBytes(UTF_8)), new SpooledHeader("none", null)));
        SpooledRecord tombstone = new SpooledRecord(false, "shop.carts", null, 0, 0, -1, "id-t", null, null, List.of());
        byte[] bytes = SpoolFormat.write(
                new SpoolObject(incarnation, sequence, previous, 0, "ce_id", List.of(ambiguous, tombstone)));
        SpoolKey key = SpoolKey.of(incarnation, sequence, bytes);
        store.put(key, bytes).join();
        return key;
    }

    private CommandRun run(String... words) {
        String[] all = Arrays.copyOf(words, words.length + 3);
        System.arraycopy(words, 0, all, 1, words.length);
        all[0] = "spool";
        all[words.length + 1] = "--store";
        all[words.length + 2] = "file:" + folder;
        return CommandRun.of(all);
    }

    @Test
    void listsObjectsByTheirStates() throws IOException {
        SpoolKey recovered = put(ORDERS, 1, 0, "v");
        store.putRecovered(ORDERS, 1).join();
        SpoolKey waiting = put(ORDERS, 2, 1, "v");
        SpoolKey refused = put(VISITS, 1, 0, "v");
        store.refuse(refused, "for a reason");
        Files.writeString(folder.resolve("notes.txt"), "x");

        CommandRun all = run("ls");
        assertThat(all.exitCode()).as(all.err()).isZero();
        assertThat(all.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("recovered  v1/" + recovered + "  "),
                        line -> assertThat(line).matches("waiting    v1/" + waiting + "  \\d+ bytes  20\\S+Z"),
                        line -> assertThat(line).startsWith("refused    refused/v1/" + refused + "  "),
                        line -> assertThat(line).isEqualTo("foreign    notes.txt"));
        assertThat(all.err()).contains("1 objects wait, 1 were refused, 1 are foreign");
        for (String writer : List.of("orders", ORDERS.toString())) {
            assertThat(run("ls", "--writer", writer).out()).contains("orders/").doesNotContain("visits/");
        }
        assertThat(run("ls", "--writer", "orders/" + VISITS.id()).out()).doesNotContain("v1/");
    }

    @Test
    void printsRecordsAndTheirValuesOnlyIfTheyAreWanted() throws IOException {
        String name = SpoolStore.nameOf(put(ORDERS, 1, 0, "secret"));

        CommandRun plain = run("cat", name);
        assertThat(plain.out().lines())
                .containsExactly(
                        "object 1 of " + ORDERS + ": 2 records, created 1970-01-01T00:00:00Z, previous 0",
                        "  0  shop.visits-3  2027-01-15T08:00:00Z  id-1  ambiguous",
                        "  1  shop.carts  1970-01-01T00:00:00Z  id-t  tombstone");
        assertThat(run("cat", name, "--values").out())
                .contains(
                        "    key    secret", "    value  secret", "    header tenant: secret", "    header none: null");
        assertThat(run("cat", name, "--json").out()).doesNotContain("secret");
        JsonNode record = new ObjectMapper()
                .readTree(run("cat", name, "--json", "--values")
                        .out()
                        .lines()
                        .findFirst()
                        .orElseThrow());
        assertThat(record.path("sequence").asLong()).isOne();
        assertThat(record.path("spool").asText()).isEqualTo("file:" + folder);
        assertThat(record.path("value").asText()).isEqualTo("secret");
        assertThat(record.at("/headers/0/value").asText()).isEqualTo("secret");

        assertRefused("there is no such object", "cat", name.replace("00001-", "00002-"));
        assertRefused("expected the name of an object", "cat", "orders");
    }

    @Test
    void verifiesWhatTheRecoveryReads() throws IOException {
        put(ORDERS, 3, 1, "v");
        put(ORDERS, 4, 3, "v");
        store.putRecovered(ORDERS, 1).join();
        CommandRun good = run("verify");
        assertThat(good.exitCode()).as(good.out()).isZero();
        assertThat(good.err()).contains("2 objects with 4 records can be recovered, 0 faults");

        SpoolKey behindAHole = put(ORDERS, 6, 5, "v");
        SpoolKey again = put(ORDERS, 6, 5, "another");
        SpoolKey corrupt = put(VISITS, 1, 0, "v");
        Files.writeString(folder.resolve(SpoolStore.nameOf(corrupt)), "corrupt");
        CommandRun bad = run("verify");
        assertThat(bad.exitCode()).isEqualTo(1);
        assertThat(bad.out().lines()).hasSize(3);
        assertThat(bad.out())
                .contains(
                        behindAHole.sequence() + "-",
                        "object 5 of " + ORDERS + " is missing; the last one before it is 4",
                        "another object has its sequence, too",
                        SpoolStore.nameOf(corrupt) + ": its bytes do not have the hash in its name");
        assertThat(bad.err()).contains("3 objects with 6 records", "3 faults");
        assertThat(again.sequence()).isEqualTo(6);
        assertRefused("its bytes do not have the hash", "cat", SpoolStore.nameOf(corrupt));
    }

    @Test
    void readsTheStoreFromTheConfigurationOfTheConnector() throws IOException {
        put(ORDERS, 1, 0, "v");
        Path config = Files.writeString(
                folder.resolveSibling("spool.json"),
                "{\"name\":\"spool\",\"config\":{\"connector.class\":\"x\",\"tasks.max\":\"1\",\"spool.store\":\"file:"
                        + folder + "\"}}");
        CommandRun run = CommandRun.of("spool", "ls", "--config", config.toString());
        assertThat(run.out()).startsWith("waiting    v1/orders/");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertRefused("expected one of [cat, ls, verify]", "drop");
        assertRefused("and names of objects", "cat");
        assertRefused("expected one of [cat, ls, verify], found [ls, x]", "ls", "x");
        assertThat(CommandRun.of("spool", "ls").err()).contains("expected either --config or --store");
        assertThat(CommandRun.of("spool", "ls", "--store", "kafka:x").err())
                .contains("spool.store", "Expected s3://BUCKET/PREFIX or file:/FOLDER");
    }

    private void assertRefused(String reason, String... words) {
        CommandRun run = run(words);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(reason);
    }
}
