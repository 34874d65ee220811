package io.millrace.clients.spooling;

import java.util.concurrent.TimeUnit;

/** The clocks of a producer. */
interface Ticker {
    /** The computer's. */
    Ticker SYSTEM = new Ticker() {
        @Override
        public long nowMs() {
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        }

        @Override
        public long wallMs() {
            return System.currentTimeMillis();
        }
    };

    /** A clock that is never set, in milliseconds: only differences count. */
    long nowMs();

    /** Milliseconds since 1970. */
    long wallMs();
}
