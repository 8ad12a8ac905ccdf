package io.kaon.engine.djl.archive;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Goes through a pickle as libtorch does, and makes nothing of it: libtorch believes what stands there, and ends the
/// process over a tensor that reaches beyond its numbers, or over a stack that is empty.
final class PickleCheck {
    /// One thing on the stack, with as much of it as matters here.
    private sealed interface Thing {}

    private record Whole(long value) implements Thing {}

    private record Text(String value) implements Thing {}

    private record Global(String name) implements Thing {}

    private record Tuple(List<Thing> things) implements Thing {}

    private record Storage(StoredTensors.Numbers numbers) implements Thing {}

    private enum Plain implements Thing {
        MARK,
        DICTIONARY,
        LIST,
        OBJECT,
        OTHER
    }

    private final PickleBytes in;
    private final StoredTensors tensors;
    private final List<FoundTensor> found = new ArrayList<>();
    private final Deque<Thing> stack = new ArrayDeque<>();
    private final Map<Integer, Thing> memo = new HashMap<>();

    private PickleCheck(byte[] pickle, StoredTensors tensors) {
        this.in = new PickleBytes(pickle);
        this.tensors = tensors;
    }

    /// @param tensors where the numbers of its tensors are
    /// @return its tensors, in order
    /// @throws IOException with what is broken
    static List<FoundTensor> check(byte[] pickle, StoredTensors tensors) throws IOException {
        PickleCheck check = new PickleCheck(pickle, tensors);
        while (check.step(check.in.one())) {
            // Each step takes at least one byte.
        }
        return check.found;
    }

    private boolean step(int code) throws IOException {
        switch (code) {
            case '.' -> {
                pop();
                return false;
            }
            case 0x80 -> in.skip(1);
            case '(' -> push(Plain.MARK);
            case 'N', 0x88, 0x89 -> push(Plain.OTHER);
            case 'K' -> push(new Whole(in.one()));
            case 'M' -> push(new Whole(in.two()));
            case 'J' -> push(new Whole(in.four()));
            case 0x8A -> push(new Whole(in.whole(in.one())));
            case 'G' -> {
                in.skip(8);
                push(Plain.OTHER);
            }
            case 'X' -> push(new Text(in.text(in.four())));
            case 'c' -> push(new Global(in.line() + " " + in.line()));
            case ')' -> push(new Tuple(List.of()));
            case 't' -> push(new Tuple(toMark()));
            case 0x85, 0x86, 0x87 -> push(tuple(code - 0x84));
            case '}' -> push(Plain.DICTIONARY);
            case ']' -> push(Plain.LIST);
            case 'a' -> {
                value();
                need(Plain.LIST);
            }
            case 'e' -> {
                toMark();
                need(Plain.LIST);
            }
            case 's' -> {
                value();
                value();
                need(Plain.DICTIONARY);
            }
            case 'u' -> {
                if (toMark().size() % 2 != 0) {
                    throw new IOException("a key has no value");
                }
                need(Plain.DICTIONARY);
            }
            case 'q' -> memo.put(in.one(), peek());
            case 'r' -> memo.put(in.four(), peek());
            case 'h' -> push(remembered(in.one()));
            case 'j' -> push(remembered(in.four()));
            case 'Q' -> push(new Storage(tensors.numbers(texts(value()))));
            case 0x81 -> {
                value();
                global();
                push(Plain.OBJECT);
            }
            case 'b' -> {
                value();
                need(Plain.OBJECT);
            }
            case 'R' -> {
                Thing arguments = value();
                push(reduced(global(), arguments));
            }
            default -> throw new IOException("the byte " + code + " begins no value that TorchScript writes");
        }
        return true;
    }

    private Thing reduced(Global global, Thing arguments) throws IOException {
        if (!(arguments instanceof Tuple(List<Thing> given))) {
            throw new IOException(global.name() + " is called with no tuple");
        }
        if (!global.name().startsWith("torch._utils _rebuild_")) {
            return global.name().equals("collections OrderedDict") ? Plain.DICTIONARY : Plain.OTHER;
        }
        if (given.size() < 4
                || !(given.get(0) instanceof Storage(StoredTensors.Numbers numbers))
                || !(given.get(1) instanceof Whole(long offset))) {
            throw new IOException(global.name() + " is called for no tensor");
        }
        long[] sizes = wholes(given.get(2));
        numbers.hold(offset, sizes, wholes(given.get(3)));
        found.add(new FoundTensor(numbers.kind(), Arrays.stream(sizes).boxed().toList()));
        return Plain.OTHER;
    }

    private static long[] wholes(Thing thing) throws IOException {
        if (!(thing instanceof Tuple(List<Thing> things))) {
            throw new IOException("sizes are no tuple");
        }
        long[] values = new long[things.size()];
        for (int i = 0; i < values.length; i++) {
            if (!(things.get(i) instanceof Whole(long value))) {
                throw new IOException("a size is no number");
            }
            values[i] = value;
        }
        return values;
    }

    /// What a storage is told by: its kind, its type, its key, its place, its size.
    private static List<Object> texts(Thing thing) throws IOException {
        if (!(thing instanceof Tuple(List<Thing> things))) {
            throw new IOException("a storage is no tuple");
        }
        List<Object> texts = new ArrayList<>();
        for (Thing each : things) {
            texts.add(
                    switch (each) {
                        case Whole(long value) -> value;
                        case Text(String value) -> value;
                        case Global(String name) -> name;
                        case Tuple _, Storage _, Plain _ -> "";
                    });
        }
        return texts;
    }

    private Tuple tuple(int size) throws IOException {
        List<Thing> things = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            things.addFirst(value());
        }
        return new Tuple(things);
    }

    private List<Thing> toMark() throws IOException {
        List<Thing> things = new ArrayList<>();
        for (Thing thing = pop(); thing != Plain.MARK; thing = pop()) {
            things.add(thing);
        }
        return things.reversed();
    }

    private Global global() throws IOException {
        if (value() instanceof Global global) {
            return global;
        }
        throw new IOException("something is called that is no class");
    }

    private void need(Plain kind) throws IOException {
        if (peek() != kind) {
            throw new IOException("expected a " + kind + ", found " + peek());
        }
    }

    private Thing remembered(int index) throws IOException {
        Thing thing = memo.get(index);
        if (thing == null) {
            throw new IOException("nothing is remembered as " + index);
        }
        return thing;
    }

    private void push(Thing thing) {
        stack.push(thing);
    }

    private Thing peek() throws IOException {
        Thing top = stack.peek();
        if (top == null) {
            throw new IOException("a value is missing");
        }
        return top;
    }

    private Thing pop() throws IOException {
        peek();
        return stack.pop();
    }

    private Thing value() throws IOException {
        Thing thing = pop();
        if (thing == Plain.MARK) {
            throw new IOException("a value is missing before a mark");
        }
        return thing;
    }
}
