package io.millrace.benchmarks.views;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The records of a topic in two parts of the same length; each record is a function of its number.
 *
 * @param records the number of records of a part
 * @param keys the number of orders, among which the records are spread at random; 0 if each record has an order of its own, in
 *     ascending order
 * @param items the number of items of each purchase
 */
record PurchaseStream(int records, int keys, int items) {
    static final int PARTS = 2;

    private static final int CUSTOMERS = 10_000;
    private static final int FIRST_LINES = 3;

    /** The records of part 1 or 2. */
    Stream<Purchase> purchasesOfPart(int part) {
        long first = (long) (part - 1) * records;
        return LongStream.range(first, first + records).mapToObj(this::makePurchase);
    }

    /** All records. */
    Stream<Purchase> purchases() {
        return LongStream.range(0, (long) PARTS * records).mapToObj(this::makePurchase);
    }

    private Purchase makePurchase(long number) {
        long random = mixBits(number);
        return new Purchase(
                keys == 0 ? number : Long.remainderUnsigned(mixBits(random), keys),
                Long.remainderUnsigned(random, CUSTOMERS),
                BigDecimal.valueOf(Long.remainderUnsigned(random >>> 7, 1_000_000), 2),
                number,
                makeItems(random));
    }

    /** The first line varies, so that the next record of an order removes some lines, adds some, and keeps some. */
    private List<PurchasedItem> makeItems(long random) {
        int firstLine = (int) Long.remainderUnsigned(random >>> 3, FIRST_LINES);
        return IntStream.range(0, items)
                .mapToObj(i -> {
                    long bits = mixBits(random + i);
                    return new PurchasedItem(
                            firstLine + i,
                            "sku-" + Long.remainderUnsigned(bits, 1_000_000),
                            1 + Long.remainderUnsigned(bits >>> 5, 9));
                })
                .toList();
    }

    /** A random number from a number, the last step of SplitMix64. */
    private static long mixBits(long number) {
        long z = (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
