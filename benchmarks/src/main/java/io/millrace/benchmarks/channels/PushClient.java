package io.millrace.benchmarks.channels;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.util.BitSet;

/**
 * A client of one channel, whatever the server. It counts the events that it misses, that come again, and that come behind later ones. For the
 * thread of its connection; the counts may be read when nothing comes any more.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write is of a connection that ends.
final class PushClient {
    private final PushClients all;
    private final String channel;
    private final boolean stuck;
    private Channel connection;
    private String position = "";
    private final BitSet seen = new BitSet();
    private int highest;
    private int repeated;
    private int reordered;
    private boolean isSubscribed;
    private boolean isRecovered;

    /**
     * A client that is not connected.
     *
     * @param stuck whether it reads nothing more once it is subscribed
     */
    PushClient(PushClients all, String channel, boolean stuck) {
        this.all = all;
        this.channel = channel;
        this.stuck = stuck;
    }

    boolean isStuck() {
        return stuck;
    }

    String channel() {
        return channel;
    }

    /** From where to resume; empty at first. */
    String position() {
        return position;
    }

    void keepPosition(String next) {
        position = next;
    }

    /** Called with each new connection, when it is open. */
    void connected(Channel opened) {
        connection = opened;
        isSubscribed = false;
    }

    Channel connection() {
        return connection;
    }

    void send(String text) {
        connection.writeAndFlush(new TextWebSocketFrame(text));
    }

    /** The server has answered the subscription. */
    void subscribed(boolean recovered) {
        if (!isSubscribed) {
            isSubscribed = true;
            isRecovered = recovered;
            connection.config().setAutoRead(!stuck);
            all.subscribed(this);
        }
    }

    void receiveEvent(String frame) {
        int number = Math.toIntExact(PushedEvent.numberIn(frame));
        if (seen.get(number)) {
            repeated++;
        } else if (number < highest) {
            reordered++;
        }
        seen.set(number);
        highest = Math.max(highest, number);
        all.received(number, PushedEvent.sentIn(frame));
    }

    /** The highest number of an event that it has received. */
    int highest() {
        return highest;
    }

    /** How many of the channel's events from 1 up to this number are missing. */
    int missingOf(int number) {
        return number - seen.cardinality();
    }

    int repeated() {
        return repeated;
    }

    /** How many events came behind later ones, for the first time. */
    int reordered() {
        return reordered;
    }

    /** Whether the server has resumed behind the position at the last subscription. */
    boolean isRecovered() {
        return isRecovered;
    }
}
