package io.kaon.engine.cuda;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// NVIDIA's management library, which comes with the driver: what it says of the driver and of the machine's GPUs. It
/// makes no CUDA context, so asking takes no memory of a device.
///
/// Loaded once, and not unloaded. For one thread at a time.
final class Nvml {
    /// What the driver installs, and what containers are given with a GPU.
    static final String LIBRARY = "libnvidia-ml.so.1";

    private static final AddressLayout POINTER = ValueLayout.ADDRESS;
    private static final int TEXT = 96;
    private static final int MEMORY_FIELDS = 3;
    private static final MemoryLayout MEMORY = MemoryLayout.sequenceLayout(MEMORY_FIELDS, ValueLayout.JAVA_LONG);

    private final SymbolLookup library;

    private Nvml(SymbolLookup library) {
        this.library = library;
    }

    /// The library is not there, is another one, or does not work.
    static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        Failure(String why, @Nullable Throwable cause) {
            super(why, cause);
        }
    }

    /// Loads the library and connects to the driver.
    ///
    /// @param library name or path
    @SuppressWarnings("restricted") // to load a library is what is asked
    static Nvml open(String library) throws Failure {
        Nvml nvml;
        try {
            nvml = new Nvml(SymbolLookup.libraryLookup(library, Arena.global()));
        } catch (IllegalArgumentException absent) {
            throw new Failure(library + " cannot be loaded", absent);
        }
        nvml.call("nvmlInit_v2");
        return nvml;
    }

    String driverVersion() throws Failure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(TEXT);
            call("nvmlSystemGetDriverVersion", text, TEXT);
            return text.getString(0);
        }
    }

    /// The newest version of CUDA that the driver runs: 12040 for 12.4.
    int cudaVersion() throws Failure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(ValueLayout.JAVA_INT);
            call("nvmlSystemGetCudaDriverVersion_v2", version);
            return version.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /// All of the machine, or of the container.
    List<Gpu> gpus() throws Failure {
        List<Gpu> gpus = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            call("nvmlDeviceGetCount_v2", count);
            for (int i = 0; i < count.get(ValueLayout.JAVA_INT, 0); i++) {
                MemorySegment device = device(i, arena);
                gpus.add(new Gpu(text("nvmlDeviceGetName", device, arena), text("nvmlDeviceGetUUID", device, arena)));
            }
        }
        return gpus;
    }

    /// @param position among [#gpus]
    /// @param device what CUDA calls it
    GpuMemory memory(int position, String device) throws Failure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = device(position, arena);
            MemorySegment memory = arena.allocate(MEMORY);
            call("nvmlDeviceGetMemoryInfo", handle, memory);
            return new GpuMemory(
                    device,
                    text("nvmlDeviceGetName", handle, arena),
                    memory.getAtIndex(ValueLayout.JAVA_LONG, 0),
                    memory.getAtIndex(ValueLayout.JAVA_LONG, 1),
                    memory.getAtIndex(ValueLayout.JAVA_LONG, 2));
        }
    }

    private MemorySegment device(int position, Arena arena) throws Failure {
        MemorySegment handle = arena.allocate(POINTER);
        call("nvmlDeviceGetHandleByIndex_v2", position, handle);
        return handle.get(POINTER, 0);
    }

    private String text(String function, MemorySegment device, Arena arena) throws Failure {
        MemorySegment text = arena.allocate(TEXT);
        call(function, device, text, TEXT);
        return text.getString(0);
    }

    /// All of its functions take pointers and integers, and return a status.
    private void call(String function, Object... arguments) throws Failure {
        MemoryLayout[] types = new MemoryLayout[arguments.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = arguments[i] instanceof Integer ? ValueLayout.JAVA_INT : POINTER;
        }
        int status = (int) invoke(function, FunctionDescriptor.of(ValueLayout.JAVA_INT, types), arguments);
        if (status != 0) {
            throw new Failure(function + " fails: " + words(status), null);
        }
    }

    @SuppressWarnings("restricted") // its texts end with a zero
    private String words(int status) throws Failure {
        MemorySegment words =
                (MemorySegment) invoke("nvmlErrorString", FunctionDescriptor.of(POINTER, ValueLayout.JAVA_INT), status);
        return words.reinterpret(TEXT).getString(0) + " (" + status + ")";
    }

    @SuppressWarnings("restricted") // the types are those of its header
    private Object invoke(String function, FunctionDescriptor type, Object... arguments) throws Failure {
        MemorySegment address = library.find(function)
                .orElseThrow(() -> new Failure(LIBRARY + " has no " + function + ": the driver is too old", null));
        MethodHandle handle = Linker.nativeLinker().downcallHandle(address, type);
        try {
            return handle.invokeWithArguments(arguments);
        } catch (Throwable unexpected) {
            throw new Failure(function + " cannot be called", unexpected);
        }
    }
}
