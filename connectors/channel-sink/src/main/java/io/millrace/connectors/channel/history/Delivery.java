package io.millrace.connectors.channel.history;

/** What a subscriber gets next. */
public sealed interface Delivery {
    String channel();

    /** With this the subscriber resumes behind the delivery. */
    String position();

    /**
     * The answer to a subscription, before its events.
     *
     * @param recovered whether nothing is missing behind the position that the subscriber had
     */
    record Subscribed(String channel, String position, boolean recovered) implements Delivery {}

    /**
     * An event.
     *
     * @param frame its JSON object; not to be changed
     * @param receivedMs when the event was read, in milliseconds of the hub's clock
     */
    @SuppressWarnings("ArrayRecordComponent") // They are never compared.
    record Event(String channel, byte[] frame, long receivedMs) implements Delivery {
        @Override
        public String position() {
            return ChannelEvent.positionIn(frame, channel);
        }

        @Override
        public String toString() {
            return "event of " + channel + " at " + position();
        }
    }

    /** Events are missing before the next one. */
    record Reset(String channel, String position) implements Delivery {}
}
