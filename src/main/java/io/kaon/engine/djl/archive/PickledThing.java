package io.kaon.engine.djl.archive;

import java.io.IOException;
import java.util.Collection;
import java.util.List;

/// One thing on the stack of a pickle, with as much of it as matters to [PickleCheck].
sealed interface PickledThing {
    /// Values in each other. libtorch frees them by recursion, which ends the process somewhere above 4,000; a model's
    /// modules are some tens deep.
    int MOST = 1000;

    /// How many things are in each other, this one counted where it can hold any.
    default int depth() {
        return 0;
    }

    /// Where the things begin that are taken together.
    record Mark() implements PickledThing {}

    record Whole(long value) implements PickledThing {}

    record Text(String value) implements PickledThing {}

    record Global(String name) implements PickledThing {}

    record Storage(StoredTensors.Numbers numbers) implements PickledThing {}

    /// Something else, such as what a call gives.
    record Other(int depth) implements PickledThing {}

    record Tuple(List<PickledThing> things, int depth) implements PickledThing {
        static Tuple of(List<PickledThing> things) throws IOException {
            int deepest = 0;
            for (PickledThing thing : things) {
                deepest = Math.max(deepest, holding(thing));
            }
            return new Tuple(things, deepest);
        }
    }

    /// A list, a dictionary or an object. It grows until something holds it, as pickles are written: so how deep it is
    /// does not change any more behind what holds it.
    final class Container implements PickledThing {
        private final Kind kind;
        private int depth = 1;
        private boolean held;

        enum Kind {
            LIST,
            DICTIONARY,
            OBJECT
        }

        Container(Kind kind) {
            this.kind = kind;
        }

        void grow(Kind expected, Collection<PickledThing> things) throws IOException {
            if (kind != expected) {
                throw new IOException("expected a " + expected + ", found a " + kind);
            }
            if (held && !things.isEmpty()) {
                throw new IOException("a " + kind + " grows that something holds already");
            }
            for (PickledThing thing : things) {
                if (thing == this) {
                    throw new IOException("a " + kind + " holds itself");
                }
                depth = Math.max(depth, holding(thing));
            }
        }

        @Override
        public int depth() {
            return depth;
        }
    }

    /// How deep something is that holds this one.
    private static int holding(PickledThing thing) throws IOException {
        if (thing.depth() >= MOST) {
            throw new IOException("more than " + MOST + " values are in each other");
        }
        if (thing instanceof Container container) {
            container.held = true;
        }
        return 1 + thing.depth();
    }
}
