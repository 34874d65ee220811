package io.millrace.connectors.event;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceTask;

/**
 * The wrapped connector. It is loaded as Connect loads it: our class loader delegates to that of the worker, which
 * finds the class in the folder of its plugin.
 */
final class WrappedConnector {
    private final SourceConnector connector;
    private final PluginContext context;

    private WrappedConnector(SourceConnector connector) {
        this.connector = connector;
        this.context = new PluginContext(connector.getClass());
    }

    /**
     * Makes the connector that the options name.
     *
     * @throws ConfigException if the source connector does not exist
     */
    static WrappedConnector of(Map<String, String> properties) {
        String option = EventSourceOptions.CONNECTOR_CLASS.name();
        String name = requireName(option, properties);
        return new WrappedConnector(newInstance(option, name, loadConnectorClass(name)));
    }

    /**
     * Creates the task whose class the connector named. The worker finds connectors by name, and their class loaders
     * find other classes.
     */
    static SourceTask newTask(Map<String, String> properties) {
        String option = TaskOptions.TASK_CLASS;
        String name = requireName(option, properties);
        String connector = requireName(EventSourceOptions.CONNECTOR_CLASS.name(), properties);
        ClassLoader plugin = loadConnectorClass(connector).getClassLoader();
        return newInstance(option, name, loadClass(option, name, plugin, SourceTask.class, "source task"));
    }

    private static String requireName(String option, Map<String, String> properties) {
        String name = properties.get(option);
        if (name == null) {
            throw new ConfigException("Missing required configuration \"" + option + "\" which has no default value.");
        }
        return name;
    }

    private static Class<? extends SourceConnector> loadConnectorClass(String name) {
        String option = EventSourceOptions.CONNECTOR_CLASS.name();
        if (name.equals(EventSourceConnector.class.getName())) {
            throw new ConfigException(option, name, "A connector cannot wrap itself");
        }
        return loadClass(
                option, name, WrappedConnector.class.getClassLoader(), SourceConnector.class, "source connector");
    }

    private static <T> Class<? extends T> loadClass(
            String option, String name, ClassLoader loader, Class<T> type, String what) {
        try {
            return Class.forName(name, true, loader).asSubclass(type);
        } catch (ClassNotFoundException e) {
            throw new ConfigException(option, name, "No plugin of the worker has this class");
        } catch (ClassCastException e) {
            throw new ConfigException(option, name, "Not a " + what);
        } catch (LinkageError e) {
            throw new ConfigException(option, name, "Cannot be made: " + e);
        }
    }

    private static <T> T newInstance(String option, String name, Class<? extends T> found) {
        try {
            return new PluginContext(found)
                    .call(() -> found.getDeclaredConstructor().newInstance());
        } catch (Exception | LinkageError e) {
            throw new ConfigException(option, name, "Cannot be made: " + e);
        }
    }

    /** Validates options as the wrapped connector does. */
    Config validate(Map<String, String> options) {
        return get(wrapped -> wrapped.validate(options));
    }

    /** Its tasks' options. */
    List<Map<String, String>> taskConfigs(int maxTasks) {
        return get(wrapped -> wrapped.taskConfigs(maxTasks));
    }

    /** Whether it defines transaction boundaries itself. */
    boolean definesBoundaries(Map<String, String> options) {
        return get(wrapped -> wrapped.canDefineTransactionBoundaries(options))
                == ConnectorTransactionBoundaries.SUPPORTED;
    }

    Class<? extends Task> taskClass() {
        return get(SourceConnector::taskClass);
    }

    /** Calls a method of the wrapped connector that returns a value. */
    <T> T get(Function<SourceConnector, T> question) {
        return context.get(() -> question.apply(connector));
    }

    /** Has the wrapped connector do something. */
    void run(Consumer<SourceConnector> action) {
        context.run(() -> action.accept(connector));
    }
}
