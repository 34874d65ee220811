package io.millrace.tools.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.tools.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureKindTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "Cannot resume orders-0: the topic was deleted and created again | OTHER_TOPIC",
                "The view orders cannot be written from here: its table was dropped | REFUSED_VIEW",
                "binlog.000003, but this is no longer available on the server | LOST_BINLOG",
                "The db history topic is missing. | LOST_HISTORY",
                "The dead letter queue q (x) does not accept a refused record | QUEUE",
                "Error processing row in orders, internal schema size 3, but row size 1 , restart | INCOMPLETE_ROW",
                "ToOfficialEvent refuses a record of a.b: the change belongs to an XA transaction | XA",
                "DDL statement couldn't be parsed. Please open a GitHub issue | UNPARSABLE_DDL",
                "ToOfficialEvent refuses a record of a.b (update): rule Paid: unknown column | REFUSED_CHANGE",
                "ToOfficialEvent refuses a record of a.b: io.millrace.payloads.PayloadException | REFUSED_CHANGE",
                "Cannot write s3://a/b: the payload store answers | PAYLOADS",
                "something else | OTHER"
            })
    void isRecognisedByTheMessage(String trace, FailureKind kind) {
        assertThat(FailureKind.of("x.Exception: outer\n\tat x\nCaused by: y.Exception: " + trace))
                .isEqualTo(kind);
    }

    @Test
    void sectionsAreHeadingsOfTheRunbook() throws IOException {
        List<String> anchors = Files.readString(CommandRun.PROJECT.resolve("docs/runbook.md"))
                .lines()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-'))
                .toList();

        for (RunbookSection section : RunbookSection.values()) {
            assertThat(anchors).contains(section.anchor());
        }
    }
}
