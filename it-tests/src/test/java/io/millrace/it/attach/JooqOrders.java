package io.millrace.it.attach;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import java.sql.Connection;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;

/** jOOQ. */
final class JooqOrders {
    private JooqOrders() {}

    static DSLContext context(Connection connection) {
        // page: jooq-configuration
        DSLContext orders = DSL.using(
                new DefaultConfiguration().set(connection).set(SQLDialect.MYSQL).set(new CommentListener()));
        // end
        return orders;
    }

    static void ship(DSLContext orders, long id) {
        orders.update(table(name("orders")))
                .set(field(name("status"), String.class), "SHIPPED")
                .where(field(name("id"), Long.class).eq(id))
                .execute();
    }
}
