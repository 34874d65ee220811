package io.millrace.local.quickstart;

/**
 * A write that the service committed.
 *
 * @param id the id of the order or the site
 * @param sql the statement that changed its row, with the values written in and the comment
 * @param committedNanos {@link System#nanoTime()} when the commit returned
 */
public record ShopWrite(ShopRequest context, long id, String sql, long committedNanos) {}
