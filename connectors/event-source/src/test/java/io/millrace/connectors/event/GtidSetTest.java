package io.millrace.connectors.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GtidSetTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a-b:1-5 | a-b:6 | a-b:1-6",
                "a-b:1-5 | a-b:8 | a-b:1-5:8",
                "a-b:1-5:7-9 | a-b:6 | a-b:1-9",
                "a-b:1-5 | a-b:3 | a-b:1-5",
                "a-b:2 | a-b:1 | a-b:1-2",
                "a-b:1-5,c-d:1-3 | c-d:4 | a-b:1-5,c-d:1-4",
                "a-b:1-5 | c-d:1 | a-b:1-5,c-d:1",
                "a-b:1-5,a-bc:1 | a-bc:2 | a-b:1-5,a-bc:1-2",
                "'' | a-b:1 | a-b:1",
                "a-b:1-5 | a-b:tag:7 | a-b:1-5,a-b:tag:7",
                "a-b:1-5:tag:1 | a-b:6 | a-b:1-5:tag:1,a-b:6"
            })
    void addsATransaction(String set, String gtid, String expected) {
        assertThat(GtidSet.add(set, gtid)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a-b:1-5 | a-b:1-5 | true",
                "a-b:1-5 | a-b:2-4:5 | true",
                "a-b:1-5 | a-b:6 | false",
                "a-b:1-5:7-9 | a-b:1-6 | false",
                "a-b:1-5:7-9 | a-b:1:8-9 | true",
                "a-b:1-5,c-d:1-3 | c-d:1-3 | true",
                "a-b:1-5,c-d:1-3 | c-d:1-3, a-b:1-5 | true",
                "a-b:1-5 | a-b:1-5,c-d:1 | false",
                "a-b:1-5 | a-bc:1 | false",
                "a-b:1-5:tag:1 | a-b:1-5:tag:1 | true",
                "a-b:1-5:tag:1 | a-b:1-5 | false",
                "a-b:1-5 | a-b:1-5:tag:1 | false",
                "a-b:1-5 | '' | true"
            })
    void findsASetInAnother(String set, String other, boolean contained) {
        assertThat(GtidSet.containsAll(set, other)).isEqualTo(contained);
    }
}
