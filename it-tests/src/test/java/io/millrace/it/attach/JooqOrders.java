package io.millrace.it.attach;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import io.millrace.client.context.jooq.ContextConnectionProvider;
import java.sql.Connection;
import org.jooq.CloseableQuery;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConnectionProvider;

/** jOOQ. */
final class JooqOrders {
    private JooqOrders() {}

    static DSLContext context(Connection connection) {
        // page: jooq-configuration
        DSLContext orders =
                DSL.using(new ContextConnectionProvider(new DefaultConnectionProvider(connection)), SQLDialect.MYSQL);
        // end
        return orders;
    }

    static void ship(DSLContext orders, long id) {
        orders.update(table(name("orders")))
                .set(field(name("status"), String.class), "SHIPPED")
                .where(field(name("id"), Long.class).eq(id))
                .execute();
    }

    /** A query that keeps its statement, which jOOQ executes again without rendering it. */
    static CloseableQuery keepStatement(DSLContext orders, long id) {
        return orders.update(table(name("orders")))
                .set(field(name("status"), String.class), "KEPT")
                .set(
                        field(name("version"), Integer.class),
                        field(name("version"), Integer.class).add(1))
                .where(field(name("id"), Long.class).eq(id))
                .keepStatement(true);
    }

    static void shipInBatch(DSLContext orders, long id) {
        orders.batch("UPDATE orders SET status = ? WHERE id = ?")
                .bind("BATCH", id)
                .execute();
    }
}
