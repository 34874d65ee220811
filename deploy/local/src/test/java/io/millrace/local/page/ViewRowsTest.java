package io.millrace.local.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ViewRowsTest {
    private static final ConsumerRecord<String, String> LOAN = new ConsumerRecord<>(
            "library.loans",
            0,
            7,
            "{\"schema\":null,\"payload\":{\"loan_id\":3}}",
            "{\"reader\":\"ada\",\"fee\":null}");

    @Test
    void readsColumnsOfAKeyWithAndWithoutADeclaredType() {
        assertThat(ViewRows.readKey("loan_id = key.loan_id", LOAN)).containsExactly(entry("loan_id", "3"));
        assertThat(ViewRows.readKey("name: string = value.reader, loan: decimal(2)? = key.loan_id", LOAN))
                .containsExactly(entry("name", "ada"), entry("loan", "3"));
    }

    @Test
    void leavesOutColumnsThatHaveNoValue() {
        assertThat(ViewRows.readKey("fee = value.fee, other = value.other, day = date(headers.ce_time)", LOAN))
                .isEmpty();
    }
}
