package io.millrace.benchmarks.views;

/**
 * An element of a purchase's array.
 *
 * @param line distinguishes the items of a purchase
 */
record PurchasedItem(long line, String sku, long quantity) {}
