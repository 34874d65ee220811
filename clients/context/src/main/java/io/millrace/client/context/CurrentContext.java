package io.millrace.client.context;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** The contexts that threads have opened. */
final class CurrentContext {
    private static final ThreadLocal<@Nullable Frame> TOP = new ThreadLocal<>();

    private CurrentContext() {}

    /** The context of this thread, with the span of OpenTelemetry if there is one. */
    static RequestContext get() {
        Frame frame = findOpen(TOP.get());
        RequestContext context = frame == null ? RequestContext.empty() : frame.context;
        return OpenTelemetryTrace.IS_PRESENT ? OpenTelemetryTrace.mergeInto(context) : context;
    }

    static ContextScope open(RequestContext context) {
        Frame frame = new Frame(context, TOP.get());
        TOP.set(frame);
        frame.fillMdc();
        return frame;
    }

    private static @Nullable Frame findOpen(@Nullable Frame top) {
        Frame frame = top;
        while (frame != null && frame.isClosed) {
            frame = frame.previous;
        }
        return frame;
    }

    private static final class Frame implements ContextScope {
        private final RequestContext context;
        private final @Nullable Frame previous;
        private final Thread thread = Thread.currentThread();
        /** What the MDC contained of the keys that this frame changed. */
        private final Map<String, @Nullable String> mdcBefore = new HashMap<>();

        private volatile boolean isClosed;

        Frame(RequestContext context, @Nullable Frame previous) {
            this.context = context;
            this.previous = previous;
        }

        /** Keys of the previous context that this one does not have are not in the MDC meanwhile. */
        void fillMdc() {
            if (previous != null) {
                previous.context
                        .values()
                        .keySet()
                        .forEach(key -> setMdc(key, context.values().get(key)));
            }
            context.values().forEach(this::setMdc);
        }

        private void setMdc(String key, @Nullable String value) {
            if (key.equals(ContextKeys.TRACESTATE) || key.equals(ContextKeys.BAGGAGE) || mdcBefore.containsKey(key)) {
                return;
            }
            mdcBefore.put(key, MDC.get(key));
            putMdc(key, value);
        }

        private static void putMdc(String key, @Nullable String value) {
            if (value == null) {
                MDC.remove(key);
            } else {
                MDC.put(key, value);
            }
        }

        @Override
        public void close() {
            if (isClosed) {
                return;
            }
            isClosed = true;
            if (thread == Thread.currentThread()) {
                closeInner();
                endClosed();
            }
        }

        /**
         * Closes the scopes that were opened in this one and left open: a thread of a pool would keep their contexts. A frame that is
         * not closed is always one of its thread's.
         */
        private void closeInner() {
            for (Frame frame = TOP.get(); frame != null && frame != this; frame = frame.previous) {
                frame.isClosed = true;
            }
        }

        /** Ends the closed contexts on top of this thread's, the last one first. */
        private static void endClosed() {
            Frame frame = TOP.get();
            while (frame != null && frame.isClosed) {
                frame.mdcBefore.forEach(Frame::putMdc);
                frame = frame.previous;
            }
            if (frame == null) {
                TOP.remove();
            } else {
                TOP.set(frame);
            }
        }
    }
}
