package io.kaon.testkit;

import io.kaon.testkit.ProtoTree.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Makes broken files out of sound ones, in the ways in which protobuf files break: flipped bits, lost and doubled
/// parts, lengths and numbers that are far too large. The same random numbers make the same file.
///
/// Most of a model's bytes are weights, where a wrong byte breaks nothing. So most places are chosen near text, which
/// is where names, operators and shapes stand.
public final class BrokenBytes {
    private static final int MOST_FAULTS = 4;
    private static final int MOST_PART = 256;
    private static final int WORD = 4;

    /// As a varint takes them: -1, the largest and smallest numbers of 64 and 32 bits, and two in between.
    private static final long[] NUMBERS = {
        -1, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE, Integer.MIN_VALUE, 1L << 40, 1L << 20, 0, 255
    };

    private final Random random;

    public BrokenBytes(Random random) {
        this.random = random;
    }

    /// A copy with one to a few faults.
    public byte[] of(byte[] sound) {
        int faults = 1 + random.nextInt(MOST_FAULTS);
        ProtoTree tree = random.nextInt(3) > 0 ? ProtoTree.parse(sound) : null;
        if (tree != null) {
            for (int i = 0; i < faults; i++) {
                fault(tree);
            }
            return tree.toBytes();
        }
        byte[] bytes = sound.clone();
        for (int i = 0; i < faults; i++) {
            bytes = fault(bytes);
        }
        return bytes;
    }

    private void fault(ProtoTree tree) {
        List<ProtoTree> messages =
                tree.messages().stream().filter(each -> !each.fields.isEmpty()).toList();
        if (messages.isEmpty()) {
            return;
        }
        List<Field> fields = one(messages).fields;
        Field field = one(fields);
        Field other = one(one(messages).fields);
        switch (random.nextInt(8)) {
            case 0 -> fields.remove(field);
            case 1 -> fields.add(random.nextInt(fields.size() + 1), field.copy());
            case 2 -> fields.add(random.nextInt(fields.size() + 1), other.copy());
            case 3 -> field.number = 1 + random.nextInt(20);
            case 4 -> {
                // Deeper than anything sound.
                for (int i = random.nextInt(12); i > 0; i--) {
                    ProtoTree outer = new ProtoTree();
                    outer.fields.addAll(fields.stream().map(Field::copy).toList());
                    field.message = outer;
                }
            }
            default -> change(field, other);
        }
    }

    private void change(Field field, Field other) {
        if (field.isNumber()) {
            field.value = random.nextBoolean()
                    ? NUMBERS[random.nextInt(NUMBERS.length)]
                    : field.value + random.nextInt(9) - 4;
        } else if (!other.isNumber() && random.nextBoolean()) {
            field.message = other.copy().message;
            field.bytes = other.bytes.clone();
        } else {
            byte[] bytes = field.message == null ? field.bytes : field.message.toBytes();
            field.message = null;
            field.bytes = fault(bytes);
        }
    }

    private <T> T one(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private byte[] fault(byte[] bytes) {
        if (bytes.length == 0) {
            return varint();
        }
        int at = place(bytes);
        return switch (random.nextInt(9)) {
            case 0, 1 -> flipped(bytes, at);
            case 2 -> replaced(bytes, at, 1, new byte[] {(byte) random.nextInt(256)});
            case 3 -> random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : replaced(bytes, at, 1, varint());
            case 4 -> replaced(bytes, at, part(bytes, at), new byte[0]);
            case 5 -> replaced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + part(bytes, at)));
            case 6 -> replaced(bytes, place(bytes), 0, Arrays.copyOfRange(bytes, at, at + part(bytes, at)));
            case 7 -> replaced(bytes, at, 1, varint());
            default -> replaced(bytes, at, 0, varint());
        };
    }

    private byte[] flipped(byte[] bytes, int at) {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        return bytes;
    }

    private int place(byte[] bytes) {
        int at = random.nextInt(bytes.length);
        if (random.nextInt(5) == 0) {
            return at;
        }
        for (int i = at; i + WORD < bytes.length; i++) {
            if (isWord(bytes, i)) {
                return Math.clamp(i + random.nextInt(4 * WORD) - 2L * WORD, 0, bytes.length - 1);
            }
        }
        return at;
    }

    private static boolean isWord(byte[] bytes, int from) {
        for (int i = from; i < from + WORD; i++) {
            if (!Character.isLetter(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    private int part(byte[] bytes, int at) {
        return 1 + random.nextInt(Math.min(MOST_PART, bytes.length - at));
    }

    private static byte[] replaced(byte[] bytes, int at, int length, byte[] by) {
        byte[] result = new byte[bytes.length - length + by.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(by, 0, result, at, by.length);
        System.arraycopy(bytes, at + length, result, at + by.length, bytes.length - at - length);
        return result;
    }

    private byte[] varint() {
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        byte[] bytes = new byte[10];
        int length = 0;
        do {
            bytes[length++] = (byte) ((number & 0x7F) | ((number >>> 7) == 0 ? 0 : 0x80));
            number >>>= 7;
        } while (number != 0);
        return Arrays.copyOf(bytes, length);
    }
}
