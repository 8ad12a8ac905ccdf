package io.kaon.engine.tensorflow;

import java.util.Collection;
import java.util.Set;
import java.util.regex.Pattern;

/// What operators do beside computing a result from their inputs, told by their names.
final class OperatorEffects {
    /// Operators that TensorFlow calls stateful, or that take a reference to a variable, and that nevertheless leave
    /// nothing behind that a later run would see. A test compares the list with TensorFlow's own.
    static final Set<String> HARMLESS = Set.of(
            // Name a variable, or read it.
            "VarHandleOp",
            "ReadVariableOp",
            "VarIsInitializedOp",
            "VariableShape",
            "ResourceGather",
            "ResourceGatherNd",
            "Variable",
            "VariableV2",
            "IsVariableInitialized",
            "RefEnter",
            "RefExit",
            "RefIdentity",
            "RefMerge",
            "RefNextIteration",
            "RefSelect",
            "RefSwitch",
            // Name a table, or read it.
            "HashTable",
            "HashTableV2",
            "AnonymousHashTable",
            "MutableHashTable",
            "MutableHashTableV2",
            "MutableHashTableOfTensors",
            "MutableHashTableOfTensorsV2",
            "MutableDenseHashTable",
            "MutableDenseHashTableV2",
            "LookupTableFind",
            "LookupTableFindV2",
            "LookupTableSize",
            "LookupTableSizeV2",
            "LookupTableExport",
            "LookupTableExportV2",
            "BoostedTreesEnsembleResourceHandleOp",
            "BoostedTreesPredict",
            // Draw random numbers from a sequence of their own: each run answers something else, and no run relies on
            // what another has drawn. Not those that keep the sequence in a variable (`StatefulUniform`).
            "RandomUniform",
            "RandomUniformInt",
            "RandomStandardNormal",
            "TruncatedNormal",
            "ParameterizedTruncatedNormal",
            "RandomGamma",
            "RandomPoisson",
            "RandomPoissonV2",
            "RandomShuffle",
            "RandomCrop",
            "Multinomial",
            "NonDeterministicInts",
            "SampleDistortedBoundingBox",
            "SampleDistortedBoundingBoxV2",
            "UniformCandidateSampler",
            "LogUniformCandidateSampler",
            "FixedUnigramCandidateSampler",
            // Call functions, whose operators are looked at.
            "StatefulPartitionedCall",
            "RemoteCall",
            "If",
            "Case",
            "While",
            "XlaCallModule",
            // Hold what lives no longer than the run.
            "TensorArray",
            "TensorArrayV2",
            "TensorArrayV3",
            "TensorArrayWrite",
            "TensorArrayWriteV3",
            "TensorArrayRead",
            "TensorArrayReadV3",
            "TensorArrayGather",
            "TensorArrayGatherV3",
            "TensorArrayScatter",
            "TensorArrayScatterV3",
            "TensorArrayConcat",
            "TensorArrayConcatV3",
            "TensorArraySplit",
            "TensorArraySplitV3",
            "TensorArraySize",
            "TensorArraySizeV3",
            "TensorArrayPack",
            "TensorArrayUnpack",
            "TensorArrayClose",
            "TensorArrayCloseV3",
            // Describe a set of data, or go through it within the run.
            "TensorDataset",
            "TensorSliceDataset",
            "SparseTensorSliceDataset",
            "RangeDataset",
            "ReduceDataset",
            "DatasetToSingleElement",
            "Iterator",
            "IteratorV2",
            "OneShotIterator",
            "AnonymousIterator",
            "AnonymousIteratorV2",
            "AnonymousIteratorV3",
            // Read files.
            "Restore",
            "RestoreSlice",
            "RestoreV2",
            // Check, tell the time or the device, or are kept from being optimised away.
            "Assert",
            "CheckNumerics",
            "CheckNumericsV2",
            "GuaranteeConst",
            "Empty",
            "Timestamp",
            "DeviceIndex",
            "StatelessRandomGetAlg");

    private static final Set<String> LOOPS =
            Set.of("While", "StatelessWhile", "LoopCond", "NextIteration", "RefNextIteration", "For", "ReduceDataset");

    /// Operators that may wait for what another run does.
    private static final Pattern WAITS = Pattern.compile(".*(Enqueue|Dequeue|GetNext|Unstage|Stage|Peek|Mutex|TakeMany"
            + "|TakeGradient|ReaderRead|Recv|PyFunc|RemoteCall|Rpc|Sleep).*");

    /// The last holds a program in another language, which may have loops and branches of its own.
    private static final Set<String> BRANCHES = Set.of(
            "If",
            "StatelessIf",
            "Case",
            "StatelessCase",
            "Switch",
            "RefSwitch",
            "_SwitchN",
            "Merge",
            "RefMerge",
            "XlaCallModule");

    private OperatorEffects() {}

    /// Whether one of the operators changes what later runs compute: writes to a variable, a table, a queue or a file,
    /// or is not known to leave everything as it was.
    static boolean changeState(Collection<String> operators) {
        return operators.stream().anyMatch(OperatorEffects::changesState);
    }

    private static boolean changesState(String operator) {
        return !HARMLESS.contains(operator) && KnownOperators.mayHaveEffect(operator);
    }

    /// Whether a run of these operators may go on for ever: in a loop, or waiting for what does not come.
    static boolean mayNotEnd(Collection<String> operators) {
        return operators.stream()
                .anyMatch(operator ->
                        LOOPS.contains(operator) || WAITS.matcher(operator).matches());
    }

    /// Whether values decide how much these operators compute.
    static boolean varyInDuration(Collection<String> operators) {
        return mayNotEnd(operators) || operators.stream().anyMatch(BRANCHES::contains);
    }
}
