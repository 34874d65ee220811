package io.millrace.client.context.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a JDBC object that passes them on to the driver's object, except those that a subclass answers. A proxy of
 * {@code java.lang.reflect} in place of a class for each interface, which together have some 600 methods.
 *
 * @param <T> the interface of JDBC
 */
abstract class JdbcCalls<T extends Wrapper> implements InvocationHandler {
    private static final Object[] NO_ARGUMENTS = {};

    private final T proxy;

    JdbcCalls(Class<T> type) {
        proxy = type.cast(Proxy.newProxyInstance(JdbcCalls.class.getClassLoader(), new Class<?>[] {type}, this));
    }

    /** The object that users see. */
    final T proxy() {
        return proxy;
    }

    /** The driver's object. */
    abstract T delegate();

    /** Answers a call, or passes it on with {@link #callDelegate}. */
    abstract @Nullable Object answer(Method method, @Nullable Object[] arguments) throws Throwable;

    @Override
    public final @Nullable Object invoke(Object self, Method method, @Nullable Object @Nullable [] given)
            throws Throwable {
        @Nullable Object[] arguments = given == null ? NO_ARGUMENTS : given;
        return switch (method.getName()) {
            case "equals" -> self == arguments[0];
            case "hashCode" -> System.identityHashCode(self);
            case "unwrap" -> unwrap((Class<?>) arguments[0]);
            case "isWrapperFor" -> isWrapperFor((Class<?>) arguments[0]);
            default -> answer(method, arguments);
        };
    }

    final @Nullable Object callDelegate(Method method, @Nullable Object[] arguments) throws Throwable {
        return call(delegate(), method, arguments);
    }

    static @Nullable Object call(Object target, Method method, @Nullable Object[] arguments) throws Throwable {
        if (!isAccessChecked(method)) {
            method.trySetAccessible();
        }
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /**
     * Whether reflection checks no more that the caller may call the method: a method of a public interface of JDBC is one that it
     * may call, and the check at each call costs more than the call.
     */
    @SuppressWarnings("deprecation") // Only this returns the flag; canAccess checks the caller again.
    private static boolean isAccessChecked(Method method) {
        return method.isAccessible();
    }

    private Object unwrap(Class<?> type) throws Throwable {
        if (type.isInstance(proxy)) {
            return proxy;
        }
        return type.isInstance(delegate()) ? delegate() : delegate().unwrap(type);
    }

    private boolean isWrapperFor(Class<?> type) throws Throwable {
        return type.isInstance(proxy)
                || type.isInstance(delegate())
                || delegate().isWrapperFor(type);
    }
}
