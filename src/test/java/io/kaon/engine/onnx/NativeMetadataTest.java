package io.kaon.engine.onnx;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtSession;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Holds the native executable's metadata against the binding that is in use.
///
/// Native code finds classes and members by name. The names are C strings in its library: a class is looked up if its
/// name is one of them, a member if its name and its descriptor both are. Besides, native code makes the arrays that
/// native methods return. So the list can be told from the jar alone, and a new release of the binding that looks up
/// more fails here and not in front of a client.
final class NativeMetadataTest {
    private static final String LIBRARY = "ai/onnxruntime/native/linux-x64/libonnxruntime4j_jni.so";
    private static final List<ClassDesc> OF_THE_JDK =
            List.of(ClassDesc.of("java.lang.String"), ClassDesc.of("java.lang.Object"));

    /// Class to the members that are looked up in it, written as `name(types)` or `name`.
    private final Map<String, Set<String>> lookedUp = new TreeMap<>();

    @Test
    void listsWhatNativeCodeLooksUpAndNothingElse() throws IOException {
        try (JarFile jar = new JarFile(bindingsJar().toFile())) {
            String library = text(jar, requireNonNull(jar.getJarEntry(LIBRARY)));
            jar.stream()
                    .filter(entry -> entry.getName().endsWith(".class"))
                    .forEach(entry -> read(ClassFile.of().parse(bytes(jar, entry)), library));
            for (ClassDesc type : OF_THE_JDK) {
                if (names(library, internalName(type))) {
                    lookedUp.put(name(type), Set.of());
                }
            }
        }
        assertThat(lookedUp).as("the library has no names").hasSizeGreaterThan(10);
        assertThat(listed()).isEqualTo(lookedUp);
    }

    private void read(ClassModel type, String library) {
        if (names(library, type.thisClass().asInternalName())) {
            Set<String> members = new TreeSet<>();
            type.methods().stream()
                    .filter(method -> names(library, method.methodName().stringValue())
                            && names(library, method.methodType().stringValue()))
                    .forEach(method -> members.add(written(method)));
            type.fields().stream()
                    .filter(field -> names(library, field.fieldName().stringValue())
                            && names(library, field.fieldType().stringValue()))
                    .forEach(field -> members.add(field.fieldName().stringValue()));
            lookedUp.put(name(type.thisClass().asSymbol()), members);
        }
        for (MethodModel method : type.methods()) {
            ClassDesc result = method.methodTypeSymbol().returnType();
            if (method.flags().has(AccessFlag.NATIVE) && result.isArray() && !isOfPrimitives(result)) {
                lookedUp.putIfAbsent(name(result), Set.of());
            }
        }
    }

    private static String written(MethodModel method) {
        MethodTypeDesc type = method.methodTypeSymbol();
        return method.methodName().stringValue()
                + type.parameterList().stream().map(NativeMetadataTest::name).toList();
    }

    /// The metadata's way of writing a type.
    private static String name(ClassDesc type) {
        if (type.isArray()) {
            return name(type.componentType()) + "[]";
        }
        return type.isPrimitive() ? type.displayName() : internalName(type).replace('/', '.');
    }

    private static String internalName(ClassDesc type) {
        String descriptor = type.descriptorString();
        return descriptor.substring(1, descriptor.length() - 1);
    }

    private static boolean isOfPrimitives(ClassDesc array) {
        ClassDesc component = array.componentType();
        return component.isArray() ? isOfPrimitives(component) : component.isPrimitive();
    }

    private static boolean names(String library, String wanted) {
        return library.contains("\0" + wanted + "\0");
    }

    private static Map<String, Set<String>> listed() {
        Map<String, Set<String>> listed = new TreeMap<>();
        JsonPath metadata = JsonPath.from(
                Path.of("native/engine.onnx/reachability-metadata.json").toFile());
        List<Map<String, Object>> entries = metadata.getList("reflection");
        for (Map<String, Object> entry : entries) {
            assertThat(entry.get("jniAccessible")).as("%s", entry).isEqualTo(true);
            Set<String> members = new TreeSet<>();
            for (Map<?, ?> method : objects(entry.get("methods"))) {
                members.add("" + method.get("name") + method.get("parameterTypes"));
            }
            for (Map<?, ?> field : objects(entry.get("fields"))) {
                members.add("" + field.get("name"));
            }
            listed.put("" + entry.get("type"), members);
        }
        return listed;
    }

    private static List<Map<?, ?>> objects(@Nullable Object list) {
        List<Map<?, ?>> objects = new ArrayList<>();
        if (list instanceof List<?> elements) {
            elements.forEach(element -> objects.add((Map<?, ?>) element));
        }
        return objects;
    }

    private static Path bindingsJar() {
        try {
            return Path.of(OrtSession.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static String text(JarFile jar, JarEntry entry) {
        return new String(bytes(jar, entry), StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(JarFile jar, JarEntry entry) {
        try (InputStream in = jar.getInputStream(entry)) {
            return in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
