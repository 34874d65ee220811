package io.millrace.connectors.channel.history;

import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The rule by which a subscriber resumes: its position is complete if the rings still have the very record at which it is, the record's digest included,
 * because then they have everything behind it, or will read it. If the channel's partition is unknown, that must hold for all
 * partitions. Every doubt is answered by {@link PartitionRing.Answer#LOST}, so a wrong answer is possible on this side only.
 */
final class Resume {
    private final Collection<PartitionRing> rings;

    /** A rule over the rings of all partitions that are read. */
    Resume(Collection<PartitionRing> rings) {
        this.rings = rings;
    }

    /**
     * Whether everything of a channel behind a position is in the history, or will be. If the history has events of the channel, only their
     * partition matters.
     */
    PartitionRing.Answer answer(Position position, Channel channel) {
        PartitionRing known = channel.ring();
        if (!position.anywhere()) {
            return answerPartition(position.marks().get(0), channel);
        }
        Set<String> recognized = new HashSet<>();
        PartitionRing.Answer worst = PartitionRing.Answer.COMPLETE;
        for (Position.Mark mark : position.marks()) {
            Optional<PartitionRing> ring = findRing(mark);
            if (ring.isEmpty()) {
                return PartitionRing.Answer.LOST;
            }
            PartitionRing.Answer answer = ring.get().answer(mark, channel);
            if (answer == PartitionRing.Answer.COMPLETE && mark.digest().isPresent()) {
                recognized.add(mark.epoch());
            }
            if (known == null || known == ring.get()) {
                worst = worse(worst, answer);
            }
        }
        return worse(worst, answerOthers(position, channel, recognized));
    }

    private PartitionRing.Answer answerPartition(Position.Mark mark, Channel channel) {
        PartitionRing known = channel.ring();
        Optional<PartitionRing> ring = findRing(mark);
        return ring.isEmpty() || (known != null && known != ring.get())
                ? PartitionRing.Answer.LOST
                : ring.get().answer(mark, channel);
    }

    /** What the position does not contain must be complete from the beginning; and one record of each topic must be recognized. */
    private PartitionRing.Answer answerOthers(Position position, Channel channel, Set<String> recognized) {
        PartitionRing known = channel.ring();
        for (PartitionRing ring : rings) {
            if (known != null && known != ring) {
                continue;
            }
            if (findMark(position, ring).isEmpty() && !ring.hasEverything()) {
                return PartitionRing.Answer.LOST;
            }
            if (!recognized.contains(ring.epoch())) {
                return isAnyAhead(position, channel, ring.epoch())
                        ? PartitionRing.Answer.AHEAD
                        : PartitionRing.Answer.LOST;
            }
        }
        return PartitionRing.Answer.COMPLETE;
    }

    private boolean isAnyAhead(Position position, Channel channel, String epoch) {
        return position.marks().stream()
                .filter(mark -> mark.epoch().equals(epoch) && mark.digest().isPresent())
                .anyMatch(mark -> findRing(mark)
                        .map(ring -> ring.answer(mark, channel) == PartitionRing.Answer.AHEAD)
                        .orElse(false));
    }

    private static PartitionRing.Answer worse(PartitionRing.Answer one, PartitionRing.Answer other) {
        if (one == PartitionRing.Answer.LOST || other == PartitionRing.Answer.LOST) {
            return PartitionRing.Answer.LOST;
        }
        return one == PartitionRing.Answer.AHEAD ? one : other;
    }

    private Optional<PartitionRing> findRing(Position.Mark mark) {
        return rings.stream()
                .filter(ring ->
                        ring.partition() == mark.partition() && ring.epoch().equals(mark.epoch()))
                .findFirst();
    }

    /** The mark of a ring's partition in a position. */
    static Optional<Position.Mark> findMark(Position position, PartitionRing ring) {
        return position.marks().stream()
                .filter(mark ->
                        ring.partition() == mark.partition() && ring.epoch().equals(mark.epoch()))
                .findFirst();
    }
}
