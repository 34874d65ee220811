package io.millrace.connectors.projection.ledger;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.requirement.OwnTable;
import io.millrace.connectors.projection.table.TableIdentity;
import io.millrace.connectors.projection.table.TableName;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tables that projections write: their views, and those that keep their state.
 *
 * @param names as the configuration has them
 */
public record WrittenTables(Set<TableName> names) {
    public WrittenTables {
        names = Set.copyOf(names);
    }

    public static WrittenTables of(Collection<ProjectionDefinition> definitions) {
        return new WrittenTables(definitions.stream()
                .flatMap(definition -> Stream.concat(
                        Stream.of(definition.basics().table()),
                        definition.ownTables().stream().map(OwnTable::name)))
                .collect(Collectors.toSet()));
    }

    /** One name for each of the tables, which projections may call by several names. In the order of the server's names. */
    public List<TableName> distinctNames(Database database) throws SQLException {
        Map<String, TableName> distinct = new TreeMap<>();
        for (TableName table :
                names.stream().sorted(Comparator.comparing(TableName::toString)).toList()) {
            distinct.putIfAbsent(
                    database.dialect()
                            .identify(database.connection(), table)
                            .name()
                            .toString(),
                    table);
        }
        return List.copyOf(distinct.values());
    }

    /** Identifies the tables; by the names that the server has, in their order. */
    public Map<String, TableIdentity> identify(Database database) throws SQLException {
        Map<String, TableIdentity> found = new TreeMap<>();
        for (TableName table : names) {
            TableIdentity identity = database.dialect().identify(database.connection(), table);
            found.put(identity.name().toString(), identity);
        }
        return found;
    }
}
