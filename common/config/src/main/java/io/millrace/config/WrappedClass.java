package io.millrace.config;

import org.apache.kafka.common.config.ConfigException;

/** The class that an option names, which does the work inside. */
public final class WrappedClass {
    private WrappedClass() {}

    /**
     * A new instance. In Connect, the class loader of this plugin delegates to that of the worker, which finds all
     * plugins; in another application perhaps only the thread's class loader finds the class.
     *
     * @throws ConfigException if the class does not exist, or is not of this type
     */
    public static <T> T newInstance(String option, String name, Class<T> kind) {
        Class<?> found = loadClass(option, name);
        if (!kind.isAssignableFrom(found)) {
            throw new ConfigException(option, name, "It is not of the type " + kind.getName());
        }
        try {
            return found.asSubclass(kind).getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            ConfigException refusal =
                    new ConfigException(option, name, "It has no usable constructor without arguments: " + e);
            refusal.initCause(e);
            throw refusal;
        }
    }

    /**
     * Has a plugin do something as Connect would: with the loader of that plugin as the thread's, by which Kafka's
     * configurations find classes.
     */
    public static void runWithLoaderOf(Object plugin, Runnable action) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(plugin.getClass().getClassLoader());
        try {
            action.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static Class<?> loadClass(String option, String name) {
        try {
            return Class.forName(name, true, WrappedClass.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            try {
                return Class.forName(name, true, context);
            } catch (ClassNotFoundException again) {
                throw new ConfigException(option, name, "Class not found; expected its full name");
            }
        }
    }
}
