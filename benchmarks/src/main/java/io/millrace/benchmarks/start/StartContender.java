package io.millrace.benchmarks.start;

import io.millrace.benchmarks.sink.SinkContender;
import io.millrace.benchmarks.source.SourceContender;
import java.sql.SQLException;
import java.util.Locale;

/** A connector that is measured, with its transforms and its converter. */
enum StartContender {
    /** Debezium's MySQL connector alone. */
    DEBEZIUM(true) {
        @Override
        ConnectorInput openInput(StartServers servers, String name) throws SQLException {
            return new TableInput(servers, SourceContender.DEBEZIUM);
        }
    },

    /** The same with Millrace's transforms. */
    DEBEZIUM_MILLRACE(true) {
        @Override
        ConnectorInput openInput(StartServers servers, String name) throws SQLException {
            return new TableInput(servers, SourceContender.DEBEZIUM_MILLRACE);
        }
    },

    /** Millrace's connector, which wraps Debezium's. */
    MILLRACE(true) {
        @Override
        ConnectorInput openInput(StartServers servers, String name) throws SQLException {
            return new TableInput(servers, SourceContender.MILLRACE);
        }
    },

    /** Debezium's JDBC sink. */
    DEBEZIUM_SINK(false) {
        @Override
        ConnectorInput openInput(StartServers servers, String name) {
            return new TopicInput(servers, SinkContender.DEBEZIUM, name + "-topic");
        }
    },

    /** Millrace's sink. */
    MILLRACE_SINK(false) {
        @Override
        ConnectorInput openInput(StartServers servers, String name) {
            return new TopicInput(servers, SinkContender.MILLRACE, name + "-topic");
        }
    };

    private final boolean source;

    StartContender(boolean source) {
        this.source = source;
    }

    static StartContender of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** The name on a command line. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean isSource() {
        return source;
    }

    /**
     * Makes the input of connectors.
     *
     * @param name which no other input has
     */
    abstract ConnectorInput openInput(StartServers servers, String name) throws SQLException;
}
