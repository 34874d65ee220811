package io.millrace.benchmarks.context;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.millrace.client.context.jdbc.ContextDataSource;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;

/** What wraps a service's data source. Each makes one of a pool with one connection. */
enum ContextContender {
    /** The driver alone. */
    NONE {
        @Override
        DataSource wrap(HikariDataSource pool) {
            return pool;
        }
    },
    /** Millrace's libraries: a new context for each request, and its comment in each statement. */
    MILLRACE {
        @Override
        DataSource wrap(HikariDataSource pool) {
            return new ContextDataSource(pool);
        }
    },
    /** datasource-proxy, with a transformer that adds a comment of the same length. */
    DATASOURCE_PROXY {
        @Override
        DataSource wrap(HikariDataSource pool) {
            return ProxyDataSourceBuilder.create(pool)
                    .queryTransformer(statement -> StatementRequests.comment() + " " + statement.getQuery())
                    .build();
        }
    },
    /** p6spy, which cannot add a comment: its wrapper alone, without a log. */
    P6SPY {
        @Override
        String url(String url) {
            return url.replace("jdbc:", "jdbc:p6spy:");
        }

        @Override
        DataSource wrap(HikariDataSource pool) {
            return pool;
        }

        @Override
        List<String> jvmOptions(String agent) {
            return List.of("-Dp6spy.config.modulelist=com.p6spy.engine.spy.P6SpyFactory");
        }
    },
    /** OpenTelemetry's agent with a span for each request, its comments switched on, and nothing exported. */
    OPENTELEMETRY_AGENT {
        @Override
        DataSource wrap(HikariDataSource pool) {
            return pool;
        }

        @Override
        List<String> jvmOptions(String agent) {
            return List.of(
                    "-javaagent:" + agent,
                    "-Dotel.instrumentation.jdbc.experimental.sqlcommenter.enabled=true",
                    "-Dotel.traces.exporter=none",
                    "-Dotel.metrics.exporter=none",
                    "-Dotel.logs.exporter=none");
        }
    };

    /** The name on a command line. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static ContextContender of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    String url(String url) {
        return url;
    }

    abstract DataSource wrap(HikariDataSource pool);

    /** The options of the process's JVM. */
    List<String> jvmOptions(String agent) {
        return List.of();
    }

    DataSource open(String url, String user, String password) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url(url));
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(1);
        return wrap(new HikariDataSource(config));
    }
}
