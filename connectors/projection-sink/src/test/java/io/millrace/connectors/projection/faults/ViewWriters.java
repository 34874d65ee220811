package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.Discrepancy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which connectors write the views, as the ledger has it: exactly one writes each, and it is done with every rebuild.
 *
 * @param connector the one that has to write them
 */
record ViewWriters(Connection connection, String connector) {
    List<Discrepancy> findProblems(List<ViewModel> views) throws SQLException {
        List<Discrepancy> problems = new ArrayList<>();
        Set<String> written = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT view_name, connector, state FROM millrace_ledger_views")) {
            while (rows.next()) {
                String view = rows.getString(1);
                if (!rows.getString(2).equals(connector) || !rows.getString(3).equals("live")) {
                    problems.add(new Discrepancy(
                            Discrepancy.Kind.DUPLICATED,
                            view + ": the ledger has the connector " + rows.getString(2) + " in the state "
                                    + rows.getString(3) + ", and " + connector + " should write it alone"));
                }
                written.add(view.substring(view.lastIndexOf('.') + 1));
            }
        }
        for (ViewModel view : views) {
            if (!written.contains(view.name())) {
                problems.add(new Discrepancy(
                        Discrepancy.Kind.LOST, view.name() + ": the ledger has no connector writing it"));
            }
        }
        problems.addAll(findShadows());
        return problems;
    }

    private List<Discrepancy> findShadows() throws SQLException {
        List<Discrepancy> problems = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT table_name FROM information_schema.tables"
                        + " WHERE table_name LIKE '%\\_\\_rebuild' OR table_name LIKE '%\\_\\_prob%'")) {
            while (rows.next()) {
                problems.add(new Discrepancy(
                        Discrepancy.Kind.DUPLICATED, rows.getString(1) + ": a table that a rebuild has left"));
            }
        }
        return problems;
    }
}
