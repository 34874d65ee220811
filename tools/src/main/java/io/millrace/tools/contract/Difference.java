package io.millrace.tools.contract;

/**
 * One difference between two contracts.
 *
 * @param breaking whether a consumer of the old contract may fail on, misread or miss events of the new one
 * @param place the topic, the event, the field
 * @param what the difference
 */
record Difference(boolean breaking, String place, String what) {
    static Difference breaking(String place, String what) {
        return new Difference(true, place, what);
    }

    static Difference compatible(String place, String what) {
        return new Difference(false, place, what);
    }

    @Override
    public String toString() {
        return (breaking ? "breaking    " : "compatible  ") + place + ": " + what;
    }
}
