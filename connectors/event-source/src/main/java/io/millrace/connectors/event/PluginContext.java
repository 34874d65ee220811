package io.millrace.connectors.event;

import java.util.concurrent.Callable;

/** Runs code of another plugin as Connect would: with the class loader of that plugin as the thread's. */
final class PluginContext {
    private final ClassLoader loader;

    PluginContext(Class<?> plugin) {
        this.loader = plugin.getClassLoader();
    }

    /** Calls the plugin; what it throws is thrown. */
    <T> T call(Callable<T> action) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return action.call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Calls a method of the plugin that throws no checked exception. */
    <T> T get(Callable<T> action) {
        try {
            return call(action);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("A method without checked exceptions threw one", e);
        }
    }

    /** Calls a method of the plugin that throws no checked exception and returns nothing. */
    void run(Runnable action) {
        get(() -> {
            action.run();
            return null;
        });
    }
}
