package io.millrace.connectors.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.connect.errors.DataException;

/**
 * Schedules as the bytes of which a task has millions in memory. They are those of {@link ScheduleFormat} with a number in place of the
 * version and the topic, which many schedules share:
 *
 * <pre>
 * packed = ( %x00 topic | number ) rest
 * </pre>
 *
 * <p>The number is a place in a list of topics, from 1 on. The list has a bound; further topics are written out. The bytes have a meaning
 * only for the object that has made them, so they are never sent. For use by one thread.
 */
final class PackedSchedules {
    /** About the bytes of a topic in the list: its name as a text and as bytes, and the objects around them. */
    private static final int TOPIC_BYTES = 200;

    private final int maxTopics;
    private final List<String> topics = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private long topicBytes;

    /** The last topic that was found, and its number. Many schedules in a row have one topic. */
    private String lastTopic = "";

    private byte[] lastName = {};
    private int lastNumber;

    /** Without topics, and with a list of up to this number. */
    PackedSchedules(int maxTopics) {
        this.maxTopics = maxTopics;
    }

    /**
     * Packs the value of a record of the schedules topic.
     *
     * @throws DataException if it is not a schedule
     */
    byte[] pack(byte[] value) {
        byte[] latest =
                ScheduleFormat.isFirstVersion(value) ? ScheduleFormat.write(FirstScheduleFormat.read(value)) : value;
        ScheduleReader in = new ScheduleReader(latest, 1);
        int length = in.readLength();
        if (!in.hasNext(lastName, length) || lastNumber == 0) {
            setLast(new String(latest, in.position(), length, UTF_8));
        }
        in.skip(length);
        ScheduleWriter out = new ScheduleWriter(1 + in.remaining());
        out.addNumber(lastNumber);
        if (lastNumber == 0) {
            out.addText(lastTopic);
        }
        out.addRest(latest, in.position());
        return out.toBytes();
    }

    private void setLast(String topic) {
        Integer number = numbers.get(topic);
        if (number == null && topics.size() < maxTopics) {
            topics.add(topic);
            number = topics.size();
            numbers.put(topic, number);
            topicBytes += TOPIC_BYTES + 2L * topic.length();
        }
        lastTopic = topic;
        lastName = topic.getBytes(UTF_8);
        lastNumber = Objects.requireNonNullElse(number, 0);
    }

    /** The schedule in bytes that this object has packed. */
    Schedule read(byte[] packed) {
        ScheduleReader in = new ScheduleReader(packed, 0);
        int number = (int) in.readNumber();
        return ScheduleFormat.readRest(number == 0 ? in.readText() : topics.get(number - 1), in);
    }

    /**
     * When the schedule in packed bytes is due, in milliseconds since 1970; 0 if it has no time any more, or if its time zone is not
     * known.
     *
     * @throws DataException if the bytes that were packed are not those of a schedule
     */
    static long readDue(byte[] packed) {
        ScheduleReader in = new ScheduleReader(packed, 0);
        if (in.readNumber() == 0) {
            in.skip(in.readLength());
        }
        return ScheduleFormat.readDue(in);
    }

    /** About the bytes that the list of topics occupies in the heap. */
    long bytes() {
        return topicBytes;
    }
}
