package io.kaon.protocol.tfs;

import com.google.protobuf.Int64Value;
import io.kaon.batch.BatchingPolicy;
import io.kaon.batch.Merging;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.proto.BatchingParameters;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// TensorFlow Serving's batching parameters: what they say is done, nothing is tuned by itself any more.
public final class TfsBatchingParameters {
    /// What TensorFlow Serving takes where the file is silent.
    private static final long MAX_BATCH_SIZE = 1000;
    private static final long MAX_ENQUEUED_BATCHES = 10;

    private TfsBatchingParameters() {}

    /// Reads them from a file.
    ///
    /// @param otherwise what the parameters say nothing about
    /// @throws ServingException INVALID_REQUEST, naming the file and what was expected
    public static BatchingPolicy policy(Path file, BatchingPolicy otherwise) {
        return new TfsConfigFile("batching parameters file", file).read(text -> policy(text, otherwise));
    }

    /// @param text a `BatchingParameters` in protobuf's text form
    /// @param otherwise what the parameters say nothing about
    /// @throws ServingException INVALID_REQUEST, saying what was expected
    public static BatchingPolicy policy(String text, BatchingPolicy otherwise) {
        BatchingParameters given =
                ProtoText.read(text, BatchingParameters.newBuilder()).build();
        boolean splits = given.getEnableLargeBatchSplitting().getValue();
        int size = count("max_batch_size", given.hasMaxBatchSize(), given.getMaxBatchSize(), MAX_BATCH_SIZE);
        int executed = splits
                ? count(
                        "max_execution_batch_size",
                        given.hasMaxExecutionBatchSize(),
                        given.getMaxExecutionBatchSize(),
                        size)
                : size;
        int batches = count(
                "max_enqueued_batches",
                given.hasMaxEnqueuedBatches(),
                given.getMaxEnqueuedBatches(),
                MAX_ENQUEUED_BATCHES);
        int threads =
                count("num_batch_threads", given.hasNumBatchThreads(), given.getNumBatchThreads(), Integer.MAX_VALUE);
        if (executed > size) {
            throw refused("max_execution_batch_size: expected at most max_batch_size, " + size + ", got " + executed);
        }
        List<Integer> allowed = given.getAllowedBatchSizesList().stream()
                .map(allowedSize -> Math.toIntExact(Math.min(Integer.MAX_VALUE, allowedSize)))
                .toList();
        try {
            Merging merging = new Merging(
                    executed,
                    false,
                    Duration.of(given.getBatchTimeoutMicros().getValue(), ChronoUnit.MICROS),
                    allowed,
                    threads,
                    size,
                    splits,
                    given.getPadVariableLengthInputs(),
                    true);
            long bound = Math.min(Integer.MAX_VALUE, (long) batches * size);
            return otherwise.replacedBy(Math.toIntExact(bound), merging);
        } catch (IllegalArgumentException nonsense) {
            throw refused(String.valueOf(nonsense.getMessage()));
        }
    }

    private static int count(String name, boolean isGiven, Int64Value given, long otherwise) {
        long value = isGiven ? given.getValue() : otherwise;
        if (value < 1) {
            throw refused(name + ": expected at least 1, got " + value);
        }
        return Math.toIntExact(Math.min(Integer.MAX_VALUE, value));
    }

    private static ServingException refused(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }
}
