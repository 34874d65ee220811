package io.millrace.connectors.projection.database.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.projection.table.Accumulation;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.View;
import io.millrace.connectors.projection.table.Views;
import org.junit.jupiter.api.Test;

class MySqlSqlTest {
    @Test
    void upsertsManyRowsWithOneStatement() {
        View view = Views.of("shop.orders", 1, 0, "id", "a", "b");

        assertThat(MySqlSql.sql(new Shape.Upsert(view, Views.columns(view, 1, 2), 2)))
                .isEqualTo("INSERT INTO `shop`.`orders` (`id`, `a`, `b`) VALUES (?,?,?),(?,?,?) AS `incoming`"
                        + " ON DUPLICATE KEY UPDATE `a` = `incoming`.`a`, `b` = `incoming`.`b`");
    }

    @Test
    void keepsARowThatIsNothingButItsKey() {
        View view = Views.of("t", 2, 0, "k1", "k2");

        assertThat(MySqlSql.sql(new Shape.Upsert(view, view.noColumns(), 1)))
                .endsWith("VALUES (?,?) AS `incoming` ON DUPLICATE KEY UPDATE `k1` = `incoming`.`k1`");
    }

    @Test
    void givesTheNewRowAnotherNameThanTheTable() {
        View view = Views.of("Incoming", 1, 0, "id", "a");

        assertThat(MySqlSql.sql(new Shape.Upsert(view, Views.columns(view, 1), 1)))
                .endsWith(" AS `incoming_row` ON DUPLICATE KEY UPDATE `a` = `incoming_row`.`a`");
    }

    @Test
    void deletesByTheWholeKey() {
        View one = Views.of("t", 1, 0, "k");
        View two = Views.of("t", 2, 0, "k1", "k2");

        assertThat(MySqlSql.sql(new Shape.Delete(one, 3))).isEqualTo("DELETE FROM `t` WHERE `k` IN (?,?,?)");
        assertThat(MySqlSql.sql(new Shape.Delete(two, 2)))
                .isEqualTo("DELETE FROM `t` WHERE (`k1`, `k2`) IN ((?,?),(?,?))");
    }

    @Test
    void emptiesAViewWithinTheTransaction() {
        assertThat(MySqlSql.sql(new Shape.Truncate(Views.of("s.t", 1, 0, "k")))).isEqualTo("DELETE FROM `s`.`t`");
        assertThat(MySqlSql.sql(new Shape.Truncate(Views.withRevision("t", 1, "k", "r"))))
                .isEqualTo("DELETE FROM `t` WHERE `r` IS NULL OR `r` < ?");
        assertThat(MySqlSql.sql(new Shape.Share(Views.withRevision("t", 1, "k", "r"), 1)))
                .isEqualTo("SELECT `k`, `r` FROM `t` WHERE `k` IN (?) FOR SHARE");
    }

    @Test
    void deletesWhatVanishedFromGroups() {
        View view = Views.of("t", 2, 1, "g", "e", "c");

        assertThat(MySqlSql.sql(new Shape.Vanish(view, 3, 2)))
                .isEqualTo("DELETE FROM `t` WHERE `g` IN (?,?,?) AND (`g`, `e`) NOT IN ((?,?),(?,?))");
        assertThat(MySqlSql.sql(new Shape.Vanish(view, 1, 0))).isEqualTo("DELETE FROM `t` WHERE `g` IN (?)");
    }

    @Test
    void quotesWhateverANameHolds() {
        View view = Views.of("`a`` ; DROP TABLE x -- `.`d.t`", 1, 0, "k`? '\"\\", "c");

        assertThat(MySqlSql.sql(new Shape.Delete(view, 1)))
                .isEqualTo("DELETE FROM `a`` ; DROP TABLE x -- `.`d.t` WHERE `k``? '\"\\` IN (?)");
    }

    @Test
    void appendsWithoutSwallowingAnythingButAKeyThatIsThere() {
        View view = Views.of("t", 2, 0, "k1", "k2", "a");

        assertThat(MySqlSql.sql(new Shape.Append(view, Views.columns(view, 2), 2)))
                .isEqualTo("INSERT INTO `t` (`k1`, `k2`, `a`) VALUES (?,?,?),(?,?,?)"
                        + " ON DUPLICATE KEY UPDATE `k1` = `t`.`k1`");
    }

    @Test
    void addsDifferencesInTheDatabase() {
        View view = Views.of("s.t", 1, 0, "k", "n", "s", "low");
        ColumnSet columns = Views.columns(view, 1, 2, 3);
        Accumulation accumulation = new Accumulation() {
            @Override
            public View view() {
                return view;
            }

            @Override
            public ColumnSet columns() {
                return columns;
            }

            @Override
            public String combine(int column, String existing, String incoming) {
                return switch (column) {
                    case 1 -> "COALESCE(" + existing + ", 0) + " + incoming;
                    case 2 -> "COALESCE(" + existing + " + " + incoming + ", " + existing + ", " + incoming + ")";
                    default -> "LEAST(" + existing + ", " + incoming + ")";
                };
            }
        };

        assertThat(MySqlSql.sql(new Shape.Accumulate(accumulation, 1)))
                .isEqualTo("INSERT INTO `s`.`t` (`k`, `n`, `s`, `low`) VALUES (?,?,?,?) AS `incoming`"
                        + " ON DUPLICATE KEY UPDATE `n` = COALESCE(`s`.`t`.`n`, 0) + `incoming`.`n`,"
                        + " `s` = COALESCE(`s`.`t`.`s` + `incoming`.`s`, `s`.`t`.`s`, `incoming`.`s`),"
                        + " `low` = LEAST(`s`.`t`.`low`, `incoming`.`low`)");
    }
}
