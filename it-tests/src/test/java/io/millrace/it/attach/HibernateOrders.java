package io.millrace.it.attach;

import io.millrace.client.context.hibernate.ContextStatementInspector;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/** Hibernate. */
final class HibernateOrders {
    @Entity(name = "PurchaseOrder")
    @Table(name = "orders")
    static class PurchaseOrder {
        @Id
        long id;

        String status;

        PurchaseOrder() {}
    }

    private HibernateOrders() {}

    static SessionFactory sessions(String url, String user, String password) {
        Configuration configuration = new Configuration()
                .addAnnotatedClass(PurchaseOrder.class)
                .setProperty("hibernate.connection.url", url)
                .setProperty("hibernate.connection.username", user)
                .setProperty("hibernate.connection.password", password);
        // page: hibernate-configuration
        configuration.setProperty(
                "hibernate.session_factory.statement_inspector", ContextStatementInspector.class.getName());
        // end
        return configuration.buildSessionFactory();
    }

    static void cancel(SessionFactory sessions, long id) {
        sessions.inTransaction(session -> session.find(PurchaseOrder.class, id).status = "CANCELLED");
    }
}
