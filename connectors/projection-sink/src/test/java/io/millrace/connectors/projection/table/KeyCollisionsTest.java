package io.millrace.connectors.projection.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyCollisionsTest {
    private final KeyCollisions collisions = new KeyCollisions();

    @ParameterizedTest
    @CsvSource({"a,A", "resume,RÉSUMÉ", "a,'a '", "ΣΑΣ,σας", "straße,STRASSE", "ﬁ,fi"})
    void findsTextsThatACollationMayTakeForOne(String earlier, String later) {
        assertThat(collisions.collides(key(earlier))).isFalse();
        assertThat(collisions.collides(key(later))).isTrue();
    }

    @Test
    void takesNothingElseForOne() {
        assertThat(collisions.collides(key("a"))).isFalse();
        assertThat(collisions.collides(key("a"))).isFalse();
        assertThat(collisions.collides(key("b"))).isFalse();
        assertThat(collisions.collides(key(1L))).isFalse();
        assertThat(collisions.collides(key((Object) new byte[] {'A'}))).isFalse();
    }

    private static RowKey key(Object value) {
        return new RowKey(new Object[] {value}, 1);
    }
}
