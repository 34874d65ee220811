package io.millrace.benchmarks.sink;

import io.millrace.benchmarks.harness.TableContent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The records of a topic, each a function of its number: two parts of the same length, and behind each part its marker, a
 * row by which one sees that the part is written.
 *
 * @param records how many a part has, its marker apart
 * @param keys among how many keys they are spread at random; 0 where each has a key of its own, in ascending order
 * @param shape the columns
 */
public record OrderStream(int records, int keys, OrderShape shape) {
    static final int PARTS = 2;

    /** A stream of the fewest columns. */
    public OrderStream(int records, int keys) {
        this(records, keys, OrderShape.SMALL);
    }

    /** The records of part 1 or 2, in their order, the marker last. */
    Stream<Order> ordersOfPart(int part) {
        long first = (long) (part - 1) * records;
        return Stream.concat(
                LongStream.range(first, first + records).mapToObj(this::makeOrder), Stream.of(marker(part)));
    }

    /** The key of a part's marker; only markers' keys are negative. */
    static long markerKey(int part) {
        return -part;
    }

    private Order marker(int part) {
        return makeOrder(markerKey(part), "marker", BigDecimal.valueOf(0, 2), part, 0);
    }

    private Order makeOrder(long number) {
        long random = mixBits(number);
        long id = keys == 0 ? number : Long.remainderUnsigned(mixBits(random), keys);
        return makeOrder(
                id,
                "customer-" + Long.remainderUnsigned(random, 1_000_000),
                BigDecimal.valueOf(Long.remainderUnsigned(random >>> 7, 1_000_000), 2),
                number,
                random);
    }

    private Order makeOrder(long id, String customer, BigDecimal total, long revision, long random) {
        List<Object> values = new ArrayList<>(shape.columns().size());
        Collections.addAll(values, id, customer, total, revision);
        while (values.size() < shape.columns().size()) {
            int column = values.size();
            values.add(shape.columns().get(column).type().value(mixBits(random + column)));
        }
        return new Order(values);
    }

    /** A random number from a number, the last step of SplitMix64. */
    private static long mixBits(long number) {
        long z = (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** How many rows so many parts leave, and the sum of their checksums. */
    public TableContent expectedContent(int parts) {
        if (keys == 0) {
            long checksum = IntStream.rangeClosed(1, parts)
                    .mapToObj(this::ordersOfPart)
                    .flatMap(part -> part)
                    .mapToLong(Order::checksum)
                    .sum();
            return new TableContent(parts * (records + 1L), checksum);
        }
        Map<Long, Long> last = new HashMap<>();
        for (int part = 1; part <= parts; part++) {
            ordersOfPart(part).forEach(order -> last.put(order.id(), order.checksum()));
        }
        return new TableContent(
                last.size(), last.values().stream().mapToLong(Long::longValue).sum());
    }

    @Override
    public String toString() {
        return keys == 0 ? "unique" : keys + " keys";
    }
}
