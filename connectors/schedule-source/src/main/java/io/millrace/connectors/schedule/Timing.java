package io.millrace.connectors.schedule;

import io.millrace.timers.CronSchedule;
import io.millrace.timers.Occurrences;
import io.millrace.timers.PastDuePolicy;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.OptionalLong;

/** When a schedule is due: once, or again and again. Times are milliseconds since 1970. */
public sealed interface Timing {
    /** Whether its times can be computed: this Java runtime knows the time zone. */
    boolean isComputable();

    /**
     * When the pending occurrence is due; empty if there is none any more.
     *
     * @throws DateTimeException unless {@link #isComputable}
     */
    OptionalLong due();

    /**
     * The occurrences after the pending one.
     *
     * @throws DateTimeException unless {@link #isComputable}
     */
    Occurrences occurrences();

    /**
     * The timing whose pending occurrence is a later one.
     *
     * @param after the pending occurrence is the first one after it
     */
    Timing continueAfter(long after);

    /** The policy for occurrences that are past due, unless a command or the connector sets another one. */
    PastDuePolicy defaultPolicy();

    /** How many messages are sent at most. */
    long count();

    /**
     * One occurrence.
     *
     * @param at when it is due
     */
    record Once(long at) implements Timing {
        @Override
        public boolean isComputable() {
            return true;
        }

        @Override
        public OptionalLong due() {
            return OptionalLong.of(at);
        }

        @Override
        public Occurrences occurrences() {
            return Occurrences.once();
        }

        @Override
        public Timing continueAfter(long after) {
            throw new IllegalArgumentException("Expected no further occurrence, found one after " + after);
        }

        @Override
        public PastDuePolicy defaultPolicy() {
            return PastDuePolicy.FIRE;
        }

        @Override
        public long count() {
            return 1;
        }
    }

    /**
     * The occurrences of a cron expression. The next one is computed whenever it is needed, so that new rules of a time zone count.
     *
     * @param after the pending occurrence is the first one after it
     * @param expression in the grammar of {@link CronSchedule}
     * @param zone the name of a time zone, which another Java runtime may have known
     * @param until no occurrence is later; {@link Long#MAX_VALUE} if there is no limit
     * @param count how many messages are sent at most; {@link Long#MAX_VALUE} if there is no limit
     */
    record Recurring(long after, String expression, String zone, long until, long count) implements Timing {
        /**
         * With these.
         *
         * @throws IllegalArgumentException if the expression is not valid, or the count is less than 1
         */
        public Recurring {
            CronSchedule.parse(expression);
            if (count < 1) {
                throw new IllegalArgumentException("Expected a count of 1 or more, found " + count);
            }
        }

        @Override
        public boolean isComputable() {
            try {
                return ZoneId.of(zone).getRules() != null;
            } catch (DateTimeException e) {
                return false;
            }
        }

        @Override
        public OptionalLong due() {
            return occurrences().nextAfter(after);
        }

        @Override
        public Occurrences occurrences() {
            Occurrences all = CronSchedule.parse(expression).occurrences(ZoneId.of(zone));
            return from -> {
                OptionalLong next = all.nextAfter(from);
                return next.isPresent() && next.getAsLong() <= until ? next : OptionalLong.empty();
            };
        }

        @Override
        public Timing continueAfter(long later) {
            return new Recurring(later, expression, zone, until, count);
        }

        @Override
        public PastDuePolicy defaultPolicy() {
            return PastDuePolicy.LAST;
        }
    }
}
