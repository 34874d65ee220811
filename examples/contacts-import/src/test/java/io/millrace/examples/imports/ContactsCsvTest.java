package io.millrace.examples.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContactsCsvTest {
    @Test
    void quotedFieldsContainCommasQuotesAndLineBreaks() {
        List<String> records = ContactsCsv.readUpload(
                "\uFEFFemail,name\r\nada@example.com,\"Lovelace, \"\"Ada\"\"\"\r\n\r\ngrace@example.com,\"Grace\nHopper\"");

        assertThat(records.stream().map(ContactsCsv::splitFields))
                .containsExactly(
                        List.of("ada@example.com", "Lovelace, \"Ada\""), List.of("grace@example.com", "Grace\nHopper"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "email,name",
                "email,name\r\n \r\n",
                "name,email\nAda,ada@example.com",
                "a@b,A\nc@d,C",
                "email,name\na@b,\"A"
            })
    void anUploadWithoutColumnsOrContactsIsRefused(String upload) {
        assertThatThrownBy(() -> ContactsCsv.readUpload(upload)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPartOfAnUploadHasTheSameRecords() {
        List<String> records = IntStream.range(0, 250)
                .mapToObj(i -> "c" + i + "@example.com,\"Line\n" + i + "\"")
                .toList();

        List<String> parts =
                ImportSplitter.splitContacts(ContactsCsv.readUpload("email,name\n" + String.join("\r\n", records)));

        assertThat(parts).hasSize(3);
        assertThat(parts.stream().flatMap(part -> ContactsCsv.splitRecords(part).stream()))
                .containsExactlyElementsOf(records);
    }

    @Test
    void aContactHasAnAddressAndAName() {
        assertThat(contact("ada@example.com,Ada").isValid()).isTrue();
        assertThat(contact(" ada@example.com , Ada ")).isEqualTo(new Contact("ada@example.com", "Ada"));
        for (String invalid : List.of("ada@example.com", "ada@example.com,", "@,Ada", "ada@,Ada", "ada,Ada")) {
            assertThat(contact(invalid).isValid()).as(invalid).isFalse();
        }
        assertThat(contact("a@" + "b".repeat(254) + ",Ada").isValid()).isFalse();
        assertThat(contact("ada@example.com," + "A".repeat(256)).isValid()).isFalse();
    }

    private static Contact contact(String record) {
        return Contact.of(ContactsCsv.splitFields(record));
    }
}
