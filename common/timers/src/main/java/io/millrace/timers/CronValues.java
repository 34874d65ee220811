package io.millrace.timers;

/**
 * The values of a field of a cron expression.
 *
 * @param bits a bit for each value; of the days of the week, from 0 to 6
 * @param restricted unless the field begins with {@code *} or is {@code ?}
 */
record CronValues(long bits, boolean restricted) {}
