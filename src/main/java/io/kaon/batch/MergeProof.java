package io.kaon.batch;

import io.kaon.batch.MergeReport.State;
import io.kaon.model.ModelSignature;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What has been shown of one signature: whether the answer to a row depends on the rows that run with it.
///
/// ## Why it must be shown
///
/// That the first dimension of a tensor may have any size does not make it a batch. It may be time, the nodes of
/// a graph, or rows that the model normalises, sorts or compares. Merged, such a model answers each client with a
/// mixture of what all of them sent, and no error tells.
///
/// ## How it is shown
///
/// A version begins apart ([State#PROVING]). A [Probe] asks it for rows alone and together. If the answers agree,
/// requests are merged; but the first [#CONFIRMED] live batches, and the first that is larger than any before,
/// are confirmed: each request also runs alone, and is given that answer. If they differ, requests run apart for
/// good. If the model refuses the rows or answers differently each time, the probe has shown nothing, and live
/// batches are on trial: all of them are confirmed until [#TRIED] have agreed.
///
/// A merged signature is audited: after 16 batches, 32, 64 and so on, and then after every [#AUDITED], one request of a
/// batch runs once more, alone. A difference ends merging at once.
///
/// ## The operator's word
///
/// Where the operator says that requests are to be merged, they are, from the first. The probe and the audits run
/// all the same; what they find is a warning.
///
/// Safe for use by all threads. The predict path reads two fields; a lost count is as good as a batch that did not run.
final class MergeProof {
    /// Live batches that are confirmed after a probe.
    static final int CONFIRMED = 8;

    /// Live batches that must agree where there was no probe.
    static final int TRIED = 64;

    /// Batches of equal requests show nothing. After so many, only one in as many is put on trial.
    static final int TELLING_NOTHING = 64;

    /// Batches on trial that the model may refuse.
    static final int REFUSED = 8;

    private static final int FIRST_AUDIT = 16;
    static final int AUDITED = 4096;

    private static final Logger LOG = Logger.getLogger(MergeProof.class);

    private final String model;
    private final String signature;
    private final boolean trusted;
    private final BatchListener listener;

    private volatile State state;
    private volatile String reason;
    /// Rows of the largest batch that is known to agree.
    private volatile int shownRows = 1;
    private volatile int agreed;

    private int refused;
    private int tellingNothing;
    private int skipped;
    private int untilAudit = FIRST_AUDIT;
    private int nextAudit = FIRST_AUDIT;

    /// @param model for log lines
    /// @param listener is told of audits
    MergeProof(String model, ModelSignature signature, Merging merging, BatchListener listener) {
        this.model = model;
        this.signature = signature.name();
        this.trusted = merging.isTrusted();
        this.listener = listener;
        String obstacle = obstacle(signature, merging);
        if (obstacle != null) {
            state = State.APART;
            reason = obstacle;
        } else if (trusted) {
            state = State.MERGED;
            reason = "the operator says so";
        } else {
            state = State.PROVING;
            reason = "the version has not yet shown that its rows do not touch each other";
        }
    }

    private static @Nullable String obstacle(ModelSignature signature, Merging merging) {
        if (!merging.isOn()) {
            return "merging is off";
        }
        if (signature.traits().changesState()) {
            return "a call changes what later calls answer";
        }
        if (!signature.isBatched()) {
            return "not every input and output has a first dimension of any size";
        }
        return merging.isTrusted() ? null : FirstDimensions.obstacle(signature);
    }

    /// Whether requests may run together now.
    boolean merges() {
        return switch (state) {
            case MERGED -> true;
            case ON_TRIAL -> tellingNothing < TELLING_NOTHING || ++skipped % TELLING_NOTHING == 0;
            case PROVING, APART -> false;
        };
    }

    /// Whether a batch of so many rows must be confirmed request by request.
    boolean isToBeConfirmed(int rows) {
        return !trusted && (state != State.MERGED || agreed < CONFIRMED || rows > shownRows);
    }

    /// Whether a probe is of any use.
    boolean isToBeProbed() {
        return state == State.PROVING || (trusted && state == State.MERGED);
    }

    /// What came of a probe.
    synchronized void probed(Probe.Outcome outcome) {
        switch (outcome) {
            case Probe.Alike(int rows) -> {
                shownRows = Math.max(shownRows, rows);
                if (state == State.PROVING) {
                    merge("rows that are made up for it are answered alike alone and in company");
                }
            }
            case Probe.Differs(String how) -> differs(how);
            case Probe.Undecided(String why) -> {
                if (state == State.PROVING) {
                    state = State.ON_TRIAL;
                    reason = why + "; live requests show it on trial";
                    LOG.infof("model=%s signature=%s its requests run apart for now: %s", model, signature, reason);
                }
            }
        }
    }

    private void merge(String why) {
        state = State.MERGED;
        reason = why;
        LOG.debugf("model=%s signature=%s its requests are merged: %s", model, signature, why);
    }

    /// A batch was confirmed.
    ///
    /// @param tells whether its requests differed from each other
    synchronized void agrees(int rows, boolean tells) {
        if (state == State.ON_TRIAL && !tells) {
            tellingNothing++;
            return;
        }
        tellingNothing = 0;
        agreed++;
        // The next power of two, so that growing batches are confirmed a few times only.
        shownRows = Math.max(shownRows, Integer.highestOneBit(Math.max(1, rows - 1)) << 1);
        if (state == State.ON_TRIAL && agreed >= TRIED) {
            merge(TRIED + " live batches were answered as their requests alone");
        }
    }

    /// A batch was refused whose requests are not all at fault.
    synchronized void refusesTogether(String why) {
        if (state == State.ON_TRIAL && ++refused >= REFUSED) {
            differs("it refuses batches of requests that it takes alone: " + why);
        }
    }

    /// An answer in company was another than the one alone.
    synchronized void differs(String how) {
        if (state == State.APART) {
            return;
        }
        if (trusted) {
            if (!reason.contains(how)) {
                reason = "the operator says so, but rows touch each other: " + how;
                LOG.warnf(
                        "model=%s signature=%s its requests are merged because the operator says so, but their answers "
                                + "depend on each other: %s",
                        model, signature, how);
            }
            return;
        }
        boolean wasMerged = state == State.MERGED;
        keepApart("its rows touch each other: " + how);
        if (wasMerged) {
            LOG.warnf("model=%s signature=%s its requests are not merged any more: %s", model, signature, how);
        } else {
            LOG.infof("model=%s signature=%s its requests are not merged: %s", model, signature, reason);
        }
    }

    /// Answers cannot be divided among the requests, whatever the operator says.
    synchronized void cannotBeDivided(String how) {
        if (state != State.APART) {
            keepApart(how);
            LOG.warnf("model=%s signature=%s its requests are not merged any more: %s", model, signature, how);
        }
    }

    private void keepApart(String why) {
        state = State.APART;
        reason = why;
    }

    /// Whether a request of the batch that has just run merged is to run once more, alone.
    boolean isAuditDue() {
        if (--untilAudit > 0 || state != State.MERGED) {
            return false;
        }
        nextAudit = Math.min(AUDITED, 2 * nextAudit);
        untilAudit = nextAudit;
        return true;
    }

    /// No lane was idle: the next batch will do.
    void auditLater() {
        untilAudit = 1;
    }

    void audited(boolean alike) {
        listener.audited(signature, alike);
    }

    MergeReport report() {
        return new MergeReport(signature, state, reason);
    }
}
