package io.kaon.protocol.tfs.example;

import io.kaon.protocol.tfs.example.Feature.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// All features of one name, of whichever examples have it.
///
/// Half a million examples with one number each are common, and objects for each would take many times the bytes
/// of their text. So values lie behind each other in one array, and an example that has the feature is an entry: its
/// number, the kind, and where its values begin and how many there are. Entries come in the order of the examples.
public final class FeatureColumn {
    private final String name;
    private final byte[] nameBytes;

    private int entries;
    private int[] examples = new int[1];
    private int[] starts = new int[1];
    private int[] sizes = new int[1];
    private Kind[] kinds = new Kind[1];

    /// Integers, and the bits of floats.
    private long[] numbers = new long[1];

    private int numbersUsed;
    private final List<byte[]> strings = new ArrayList<>(0);

    FeatureColumn(String name) {
        this.name = name;
        this.nameBytes = name.getBytes(StandardCharsets.UTF_8);
    }

    public String name() {
        return name;
    }

    /// The name in UTF-8; not a copy.
    public byte[] nameBytes() {
        return nameBytes;
    }

    /// Begins the feature of that example; values are added next. Of two features of the same name the latter counts.
    ///
    /// @param example not before that of the call before
    public void begin(int example, Kind kind) {
        if (entries > 0 && examples[entries - 1] == example) {
            discardLast();
        }
        if (entries == examples.length) {
            int more = entries * 2;
            examples = Arrays.copyOf(examples, more);
            starts = Arrays.copyOf(starts, more);
            sizes = Arrays.copyOf(sizes, more);
            kinds = Arrays.copyOf(kinds, more);
        }
        examples[entries] = example;
        starts[entries] = kind == Kind.BYTES ? strings.size() : numbersUsed;
        sizes[entries] = 0;
        kinds[entries] = kind;
        entries++;
    }

    public void add(long value) {
        if (numbersUsed == numbers.length) {
            numbers = Arrays.copyOf(numbers, numbersUsed * 2);
        }
        numbers[numbersUsed++] = value;
        sizes[entries - 1]++;
    }

    public void add(float value) {
        add((long) Float.floatToRawIntBits(value));
    }

    /// @param value kept, so not changed afterwards
    public void add(byte[] value) {
        strings.add(value);
        sizes[entries - 1]++;
    }

    /// Whether that example has the feature, be it one without values.
    public boolean has(int example) {
        return find(example) >= 0;
    }

    /// The entry of that example, negative if it has none.
    int find(int example) {
        if (example < entries && examples[example] == example) {
            return example;
        }
        return Arrays.binarySearch(examples, 0, entries, example);
    }

    Kind kind(int entry) {
        return kinds[entry];
    }

    int size(int entry) {
        return sizes[entry];
    }

    long number(int entry, int index) {
        return numbers[starts[entry] + index];
    }

    byte[] bytes(int entry, int index) {
        return strings.get(starts[entry] + index);
    }

    private void discardLast() {
        entries--;
        if (kinds[entries] == Kind.BYTES) {
            strings.subList(starts[entries], strings.size()).clear();
        } else {
            numbersUsed = starts[entries];
        }
    }
}
