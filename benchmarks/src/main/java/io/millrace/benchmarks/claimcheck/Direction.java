package io.millrace.benchmarks.claimcheck;

import java.util.List;
import java.util.Locale;

/** What contenders do with payloads. */
enum Direction {
    STORE(UploadProcess.class.getName(), "io.millrace.benchmarks.claimcheck.peer.LargeMessageUploader"),
    RESTORE(RestoreProcess.class.getName(), "io.millrace.benchmarks.claimcheck.peer.LargeMessageRestorer");

    private final String process;
    private final String peer;

    Direction(String process, String peer) {
        this.process = process;
        this.peer = peer;
    }

    /** As in the options. */
    static Direction of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }

    /** The class whose process runs one of our contenders. */
    String processClass() {
        return process;
    }

    /** The class of the peer's own process. */
    String peerClass() {
        return peer;
    }

    List<ClaimCheckContender> contenders() {
        return switch (this) {
            case STORE ->
                List.of(
                        ClaimCheckContender.SOURCE,
                        ClaimCheckContender.SMT,
                        ClaimCheckContender.CONVERTER,
                        ClaimCheckContender.BAKDATA,
                        ClaimCheckContender.SDK);
            case RESTORE ->
                List.of(
                        ClaimCheckContender.BUDGET,
                        ClaimCheckContender.SINK,
                        ClaimCheckContender.SMT,
                        ClaimCheckContender.CONVERTER,
                        ClaimCheckContender.BAKDATA,
                        ClaimCheckContender.SDK);
        };
    }

    /** The two to which all are compared. */
    List<ClaimCheckContender> compared() {
        return List.of(ClaimCheckContender.BAKDATA, this == STORE ? ClaimCheckContender.SDK : ClaimCheckContender.SMT);
    }
}
