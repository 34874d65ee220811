package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.EqualTexts;
import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.kind.MergedChanges;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the changes of records into their views, within the database's current transaction. For one thread. */
final class ViewWriter {
    private final Dialect dialect;
    private final ViewStatements statements;
    private final EqualTexts texts;

    ViewWriter(Database database) {
        this(database.dialect(), database.dialect().statements(database));
    }

    ViewWriter(Dialect dialect, ViewStatements statements) {
        this.dialect = dialect;
        this.statements = statements;
        this.texts = new EqualTexts(statements);
    }

    /** The classification of the database's errors. */
    SqlErrors errors() {
        return dialect.errors();
    }

    /**
     * Merges the changes of each view, and writes them. Views whose rows other tasks write too come last.
     *
     * @throws ViewWriteException if the database refuses; names the view
     */
    void write(List<ProjectedRecord> records) throws ViewWriteException {
        learnKeys(records);
        Map<View, MergedChanges> views = new LinkedHashMap<>();
        for (ProjectedRecord record : records) {
            for (RowChange<?> change : record.changes()) {
                addChange(views, change);
            }
        }
        List<MergedChanges> last = new ArrayList<>();
        for (MergedChanges changes : views.values()) {
            if (changes.sharesRows()) {
                last.add(changes);
            } else {
                writeView(changes);
            }
        }
        // In one order in every task, so that no two wait for each other.
        last.sort(Comparator.comparing(changes -> changes.view().toString()));
        for (MergedChanges changes : last) {
            writeView(changes);
        }
    }

    private void learnKeys(List<ProjectedRecord> records) throws ViewWriteException {
        texts.begin();
        for (ProjectedRecord record : records) {
            for (RowChange<?> change : record.changes()) {
                change.addKeysTo(texts);
            }
        }
        for (View view : texts.unknownViews()) {
            try {
                texts.ask(view);
            } catch (SQLException e) {
                throw new ViewWriteException(view, e);
            }
        }
    }

    private <C extends MergedChanges> void addChange(Map<View, MergedChanges> views, RowChange<C> change)
            throws ViewWriteException {
        MergedChanges found = views.get(change.view());
        // Projections that share a view are of kinds with one way to merge.
        C earlier =
                found == null ? startMerge(views, change) : change.mergedAs().cast(found);
        if (change.collidesWith(earlier)) {
            writeView(earlier);
            earlier = startMerge(views, change);
            change.collidesWith(earlier);
        }
        change.addTo(earlier);
    }

    private <C extends MergedChanges> C startMerge(Map<View, MergedChanges> views, RowChange<C> change) {
        C started = change.startMerge(dialect, statements, texts);
        views.put(change.view(), started);
        return started;
    }

    private static void writeView(MergedChanges changes) throws ViewWriteException {
        try {
            changes.write();
        } catch (SQLException e) {
            throw new ViewWriteException(changes.view(), e);
        }
    }
}
