package io.millrace.connectors.channel.history;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * How far a subscriber has received a channel: everything of the channel up to a record of a partition. A position is not of a server: any
 * task that reads the same topics can decide whether it has everything behind it.
 *
 * <pre>
 * position = mark                                        the channel is in this partition
 *          | "*" [ mark { "," mark } ]                   nothing of the channel was received yet: the ends of all partitions
 * mark     = epoch ":" partition ":" offset ":" ( digest | "-" )
 * epoch    = cluster "." topic "." partitions            topic is the CRC-32 of its name, in 8 hexadecimal digits
 * digest   = 8 hexadecimal digits                        of the record at the offset; "-": no record up to the offset was read
 * </pre>
 *
 * The digest is why a topic that was deleted and created again is noticed: another record is at the offset. An offset alone is not
 * sufficient, and a sink has no access to the topic's id. The number of partitions is a part because another number moves keys, and
 * channels with them.
 *
 * @param anywhere whether the partition of the channel is unknown
 * @param marks one if the partition has been read
 */
record Position(boolean anywhere, List<Mark> marks) {
    /** Longer texts are not read. */
    static final int MAX_LENGTH = 4_096;

    private static final Pattern EPOCH = Pattern.compile("[A-Za-z0-9_-]{1,40}\\.[0-9a-f]{8}\\.[0-9]{1,6}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{8}");
    private static final Pattern NUMBER = Pattern.compile("-1|[0-9]{1,18}");
    private static final int PARTS = 4;
    private static final int MAX_PARTITION_DIGITS = 7;

    Position {
        marks = List.copyOf(marks);
    }

    /**
     * A record of a partition.
     *
     * @param offset -1 at the beginning of a partition of which no record was read
     * @param digest of the record; empty if no record up to the offset was read
     */
    record Mark(String epoch, int partition, long offset, OptionalInt digest) {
        @Override
        public String toString() {
            return epoch + ":" + partition + ":" + offset + ":"
                    + (digest.isPresent() ? HexFormat.of().toHexDigits(digest.getAsInt()) : "-");
        }
    }

    /** Everything of a channel up to this record of the channel's partition. */
    static Position of(Mark mark) {
        return new Position(false, List.of(mark));
    }

    /** Nothing of a channel yet, and everything up to these ends. An empty list can never be resumed. */
    static Position anywhere(List<Mark> ends) {
        return new Position(true, ends);
    }

    /** The position in a text; empty if it is not a position. */
    static Optional<Position> parse(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        boolean anywhere = text.charAt(0) == '*';
        String rest = anywhere ? text.substring(1) : text;
        if (rest.isEmpty()) {
            return Optional.of(anywhere(List.of()));
        }
        List<Mark> marks = new ArrayList<>();
        for (String part : rest.split(",", -1)) {
            Optional<Mark> mark = parseMark(part);
            if (mark.isEmpty()) {
                return Optional.empty();
            }
            marks.add(mark.get());
        }
        return anywhere || marks.size() == 1 ? Optional.of(new Position(anywhere, marks)) : Optional.empty();
    }

    private static Optional<Mark> parseMark(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != PARTS
                || !EPOCH.matcher(parts[0]).matches()
                || !NUMBER.matcher(parts[1]).matches()
                || parts[1].length() > MAX_PARTITION_DIGITS
                || !NUMBER.matcher(parts[2]).matches()) {
            return Optional.empty();
        }
        OptionalInt digest = OptionalInt.empty();
        if (DIGEST.matcher(parts[3]).matches()) {
            digest = OptionalInt.of(HexFormat.fromHexDigits(parts[3]));
        } else if (!parts[3].equals("-")) {
            return Optional.empty();
        }
        return Optional.of(new Mark(parts[0], Integer.parseInt(parts[1]), Long.parseLong(parts[2]), digest));
    }

    /** The position as text; {@code *}, which cannot be resumed, instead of a longer text than {@link #parse} reads. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(anywhere ? "*" : "");
        String separator = "";
        for (Mark mark : marks) {
            text.append(separator).append(mark);
            separator = ",";
        }
        return text.length() > MAX_LENGTH ? "*" : text.toString();
    }
}
