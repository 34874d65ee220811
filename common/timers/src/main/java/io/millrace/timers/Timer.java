package io.millrace.timers;

/** A timer that a {@link TimerQueue} returned: its id, when it was due, and its state. The caller owns the arrays. */
public final class Timer {
    private final byte[] id;
    private final long due;
    private final byte[] state;

    Timer(byte[] id, long due, byte[] state) {
        this.id = id;
        this.due = due;
        this.state = state;
    }

    /** The bytes that name the timer in its queue. */
    public byte[] id() {
        return id;
    }

    /** Milliseconds since 1970. */
    public long due() {
        return due;
    }

    /** What the caller keeps in the timer. */
    public byte[] state() {
        return state;
    }

    /** Without id and state, which may contain values of records. */
    @Override
    public String toString() {
        return "timer due at " + due + ", id of " + id.length + " bytes, state of " + state.length + " bytes";
    }
}
