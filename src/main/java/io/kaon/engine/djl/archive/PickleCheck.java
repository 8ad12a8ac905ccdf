package io.kaon.engine.djl.archive;

import io.kaon.engine.djl.archive.PickledThing.Container;
import io.kaon.engine.djl.archive.PickledThing.Container.Kind;
import io.kaon.engine.djl.archive.PickledThing.Global;
import io.kaon.engine.djl.archive.PickledThing.Mark;
import io.kaon.engine.djl.archive.PickledThing.Other;
import io.kaon.engine.djl.archive.PickledThing.Storage;
import io.kaon.engine.djl.archive.PickledThing.Text;
import io.kaon.engine.djl.archive.PickledThing.Tuple;
import io.kaon.engine.djl.archive.PickledThing.Whole;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Goes through a pickle as libtorch does, and makes nothing of it: libtorch believes what stands there, and ends the
/// process over a tensor that reaches beyond its numbers, over a stack that is empty, or over values nested too deeply.
final class PickleCheck {
    private final PickleBytes in;
    private final StoredTensors tensors;
    private final List<FoundTensor> found = new ArrayList<>();
    private final Deque<PickledThing> stack = new ArrayDeque<>();
    private final Map<Integer, PickledThing> memo = new HashMap<>();

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
            case '(' -> push(new Mark());
            case 'N', 0x88, 0x89 -> push(new Other(0));
            case 'K' -> push(new Whole(in.one()));
            case 'M' -> push(new Whole(in.two()));
            case 'J' -> push(new Whole(in.four()));
            case 0x8A -> push(new Whole(in.whole(in.one())));
            case 'G' -> {
                in.skip(8);
                push(new Other(0));
            }
            case 'X' -> push(new Text(in.text(in.four())));
            case 'c' -> push(new Global(in.line() + " " + in.line()));
            case ')' -> push(Tuple.of(List.of()));
            case 't' -> push(Tuple.of(toMark()));
            case 0x85, 0x86, 0x87 -> push(tuple(code - 0x84));
            case '}' -> push(new Container(Kind.DICTIONARY));
            case ']' -> push(new Container(Kind.LIST));
            case 'a' -> grow(Kind.LIST, List.of(value()));
            case 'e' -> grow(Kind.LIST, toMark());
            case 's' -> grow(Kind.DICTIONARY, List.of(value(), value()));
            case 'u' -> {
                List<PickledThing> entries = toMark();
                if (entries.size() % 2 != 0) {
                    throw new IOException("a key has no value");
                }
                grow(Kind.DICTIONARY, entries);
            }
            case 'q' -> memo.put(in.one(), peek());
            case 'r' -> memo.put(in.four(), peek());
            case 'h' -> push(remembered(in.one()));
            case 'j' -> push(remembered(in.four()));
            case 'Q' -> push(new Storage(tensors.numbers(texts(value()))));
            case 0x81 -> {
                value();
                global();
                push(new Container(Kind.OBJECT));
            }
            case 'b' -> grow(Kind.OBJECT, List.of(value()));
            case 'R' -> {
                PickledThing arguments = value();
                push(reduced(global(), arguments));
            }
            default -> throw new IOException("the byte " + code + " begins no value that TorchScript writes");
        }
        return true;
    }

    private PickledThing reduced(Global global, PickledThing arguments) throws IOException {
        if (!(arguments instanceof Tuple(List<PickledThing> given, int depth))) {
            throw new IOException(global.name() + " is called with no tuple");
        }
        if (!global.name().startsWith("torch._utils _rebuild_")) {
            return global.name().equals("collections OrderedDict") ? new Container(Kind.DICTIONARY) : new Other(depth);
        }
        if (given.size() < 4
                || !(given.get(0) instanceof Storage(StoredTensors.Numbers numbers))
                || !(given.get(1) instanceof Whole(long offset))) {
            throw new IOException(global.name() + " is called for no tensor");
        }
        long[] sizes = wholes(given.get(2));
        numbers.hold(offset, sizes, wholes(given.get(3)));
        found.add(new FoundTensor(numbers.kind(), Arrays.stream(sizes).boxed().toList()));
        return new Other(0);
    }

    private static long[] wholes(PickledThing thing) throws IOException {
        if (!(thing instanceof Tuple(List<PickledThing> things, int _))) {
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
    private static List<Object> texts(PickledThing thing) throws IOException {
        if (!(thing instanceof Tuple(List<PickledThing> things, int _))) {
            throw new IOException("a storage is no tuple");
        }
        List<Object> texts = new ArrayList<>();
        for (PickledThing each : things) {
            texts.add(
                    switch (each) {
                        case Whole(long value) -> value;
                        case Text(String value) -> value;
                        case Global(String name) -> name;
                        case Tuple _, Storage _, Container _, Other _, Mark _ -> "";
                    });
        }
        return texts;
    }

    private Tuple tuple(int size) throws IOException {
        List<PickledThing> things = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            things.addFirst(value());
        }
        return Tuple.of(things);
    }

    private List<PickledThing> toMark() throws IOException {
        List<PickledThing> things = new ArrayList<>();
        for (PickledThing thing = pop(); !(thing instanceof Mark); thing = pop()) {
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

    private void grow(Kind kind, List<PickledThing> things) throws IOException {
        if (!(peek() instanceof Container container)) {
            throw new IOException("expected a " + kind + ", found " + peek());
        }
        container.grow(kind, things);
    }

    private PickledThing remembered(int index) throws IOException {
        PickledThing thing = memo.get(index);
        if (thing == null) {
            throw new IOException("nothing is remembered as " + index);
        }
        return thing;
    }

    private void push(PickledThing thing) {
        stack.push(thing);
    }

    private PickledThing peek() throws IOException {
        PickledThing top = stack.peek();
        if (top == null) {
            throw new IOException("a value is missing");
        }
        return top;
    }

    private PickledThing pop() throws IOException {
        peek();
        return stack.pop();
    }

    private PickledThing value() throws IOException {
        PickledThing thing = pop();
        if (thing instanceof Mark) {
            throw new IOException("a value is missing before a mark");
        }
        return thing;
    }
}
