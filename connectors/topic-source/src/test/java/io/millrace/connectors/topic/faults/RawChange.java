package io.millrace.connectors.topic.faults;

/** A change of the table {@code shop.orders}, as Debezium's connector for MySQL writes it in JSON without schemas. */
public final class RawChange {
    private RawChange() {}

    /** The order is created if its status is {@code NEW}, otherwise updated. All changes have the same position in the binlog. */
    public static String of(int id, String status) {
        boolean isCreation = status.equals("NEW");
        String before = isCreation ? "null" : row(id, "NEW");
        return "{\"before\":" + before + ",\"after\":" + row(id, status)
                + ",\"source\":{\"name\":\"shop\",\"ts_ms\":1700000000123,\"snapshot\":\"false\",\"db\":\"shop\","
                + "\"table\":\"orders\",\"file\":\"binlog.000002\",\"pos\":157,\"row\":0},\"op\":\""
                + (isCreation ? "c" : "u") + "\",\"ts_ms\":1700000000200}";
    }

    private static String row(int id, String status) {
        return "{\"id\":" + id + ",\"status\":\"" + status + "\"}";
    }
}
