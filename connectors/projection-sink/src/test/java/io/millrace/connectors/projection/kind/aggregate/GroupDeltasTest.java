package io.millrace.connectors.projection.kind.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.connectors.projection.table.View;
import io.millrace.connectors.projection.table.Views;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class GroupDeltasTest {
    private static final SinkRecord RECORD = new SinkRecord("t", 0, null, null, null, null, 0);

    private final GroupTable groups = new GroupTable(
            new View(
                    TableName.parse("totals"),
                    List.of("totals"),
                    List.of(
                            Views.column("customer", ColumnKind.TEXT, "varchar(20)", 0),
                            Views.column("orders", ColumnKind.INTEGER, "bigint", 0),
                            Views.column("priced", ColumnKind.INTEGER, "bigint", 0),
                            Views.column("total", ColumnKind.DECIMAL, "decimal(12,2)", 2),
                            required("points"),
                            Views.column("lowest", ColumnKind.INTEGER, "int", 0),
                            Views.column("last_name", ColumnKind.TEXT, "varchar(20)", 0),
                            Views.column("products", ColumnKind.INTEGER, "bigint", 0)),
                    1,
                    0,
                    -1),
            null,
            List.of(
                    AggregateFunction.COUNT_ALL,
                    AggregateFunction.COUNT,
                    AggregateFunction.SUM,
                    AggregateFunction.SUM,
                    AggregateFunction.MIN,
                    AggregateFunction.MAX,
                    AggregateFunction.DISTINCT),
            false,
            null);
    private final GroupDeltas deltas = new GroupDeltas(groups);

    private static Column required(String name) {
        return new Column(
                name, ColumnKind.INTEGER, "bigint", "int8", 0, true, false, false, null, null, false, "bigint");
    }

    /** A contribution of one price, amount, score, name and product. */
    private static Object[] of(String customer, String price, Long points, Object score, String name, String product) {
        return new Object[] {
            customer,
            null,
            price == null ? null : 1L,
            price == null ? null : new BigDecimal(price),
            points,
            score,
            name,
            product
        };
    }

    @Test
    void addsWhatComesUp() {
        deltas.replace(null, of("ann", "1.50", 3L, 7L, "b", "x"), RECORD);
        deltas.replace(null, of("ann", "2.00", null, 4L, null, "x"), RECORD);
        deltas.replace(null, of("bob", null, null, null, null, null), RECORD);

        assertThat(deltas.rows())
                .containsExactly(
                        new Object[] {"ann", 2L, 2L, new BigDecimal("3.50"), 3L, 4L, "b", 0L},
                        new Object[] {"bob", 1L, 0L, null, 0L, null, null, 0L});
        assertThat(deltas.deltas()).noneMatch(GroupDelta::lessened).allMatch(delta -> delta.stale()
                .isEmpty());
        assertThat(deltas.distinct(6)).singleElement().matches(GroupDeltas.Measure::onlyGained);
    }

    @Test
    void takesBackFromTheGroupThatAMemberLeaves() {
        deltas.replace(of("ann", "1.50", 3L, 7L, "b", "x"), of("bob", "1.50", 3L, 7L, "b", "x"), RECORD);

        assertThat(deltas.rows())
                .containsExactly(
                        new Object[] {"ann", -1L, -1L, new BigDecimal("-1.50"), -3L, null, null, 0L},
                        new Object[] {"bob", 1L, 1L, new BigDecimal("1.50"), 3L, 7L, "b", 0L});
        GroupDelta left = deltas.deltas().iterator().next();
        assertThat(left.lessened()).isTrue();
        assertThat(left.stale().stream()).containsExactly(2, 3, 4, 5);
        assertThat(deltas.distinct(6))
                .satisfiesExactlyInAnyOrder(
                        one -> assertThat(one.onlyLost() ^ one.onlyGained()).isTrue(),
                        other -> assertThat(other.onlyLost() ^ other.onlyGained())
                                .isTrue());
    }

    @Test
    void asksForNothingThatDidNotChange() {
        deltas.replace(of("ann", "1.50", 3L, 7L, "b", "x"), of("ann", "1.75", 3L, 7L, "b", "x"), RECORD);

        assertThat(deltas.rows())
                .containsExactly(new Object[] {"ann", 0L, 0L, new BigDecimal("0.25"), 0L, null, null, 0L});
        GroupDelta delta = deltas.deltas().iterator().next();
        assertThat(delta.lessened()).isFalse();
        assertThat(delta.stale().stream()).containsExactly(2);
        assertThat(deltas.distinct(6)).isEmpty();
    }

    @Test
    void knowsAMeasureThatOneMemberTakesOverFromAnother() {
        deltas.replace(of("ann", null, null, null, null, "x"), null, RECORD);
        deltas.replace(of("ann", null, null, null, null, "y"), of("ann", null, null, null, null, "x"), RECORD);

        assertThat(deltas.distinct(6))
                .filteredOn(measure -> measure.tuple().value(1).equals("x"))
                .singleElement()
                .matches(measure -> !measure.onlyGained() && !measure.onlyLost());
        assertThat(deltas.distinct(6))
                .filteredOn(measure -> measure.tuple().value(1).equals("y"))
                .singleElement()
                .matches(GroupDeltas.Measure::onlyLost);
    }

    @Test
    void leavesTheOrderOfTextsToTheDatabase() {
        deltas.replace(null, of("ann", null, null, null, "b", null), RECORD);
        deltas.replace(null, of("ann", null, null, null, "a", null), RECORD);

        assertThat(deltas.deltas().iterator().next().stale().stream()).containsExactly(5);
    }

    @Test
    void addsNumbersOfAnySize() {
        BigInteger big = BigInteger.ONE.shiftLeft(63);
        deltas.replace(null, of("ann", null, Long.MAX_VALUE, big, null, null), RECORD);
        deltas.replace(null, of("ann", null, 1L, 5L, null, null), RECORD);

        assertThat(deltas.rows()).containsExactly(new Object[] {"ann", 2L, 0L, null, big, 5L, null, 0L});
    }

    @Test
    void combinesAggregatesInSql() {
        assertThat(groups.combine(1, "old", "new")).isEqualTo("COALESCE(old, 0) + new");
        assertThat(groups.combine(3, "old", "new")).isEqualTo("COALESCE(old + new, old, new)");
        assertThat(groups.combine(5, "old", "new"))
                .isEqualTo("CASE WHEN old IS NULL OR new < old THEN new ELSE old END");
        assertThat(groups.combine(6, "old", "new"))
                .isEqualTo("CASE WHEN old IS NULL OR new > old THEN new ELSE old END");
    }
}
