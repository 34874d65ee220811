/**
 * Timers: when they are due, in which order they fire, and which of the missed ones fire. Pure logic over
 * {@code java.time}; the caller passes the clock.
 *
 * <p>A caller keeps the pending occurrence of each schedule in a {@link io.millrace.timers.TimerQueue} and polls it with the
 * present time. {@link io.millrace.timers.PastDue} decides whether a polled occurrence fires or is skipped, and which
 * occurrence of the schedule is the next one; {@link io.millrace.timers.PastDueQueue} spreads those that fire late.
 * {@link io.millrace.timers.CronSchedule} computes the occurrences of a cron expression.
 */
@NullMarked
package io.millrace.timers;

import org.jspecify.annotations.NullMarked;
