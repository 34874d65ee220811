package io.millrace.connectors.channel.faults;

/** What all clients have received. */
final class ClientTally {
    long attempts;
    long events;
    long recovered;
    long notRecovered;
    long resets;

    @Override
    public String toString() {
        return events + " events received, " + attempts + " attempts to connect; positions recovered " + recovered
                + " times, not recovered " + notRecovered + " times, reset " + resets + " times";
    }
}
