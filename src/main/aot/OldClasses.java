import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// Brings the class files of a jar up to the first version that the JVM keeps in its cache.
///
/// Class files below version 50 carry no stack maps. JDK 25 links no such class ahead, so each start reads them from the
/// jar and verifies them the old way. The command line's parser consists of them; they took 50 of the 650 ms of a start.
/// The code of the classes stays as it is, and only the maps are added. Newer JDKs keep old classes too (JDK-8317269);
/// once one of those is what Kaon asks for, this can go.
///
/// The result is the same whenever it is made, down to the time of the file, so that a cache goes on to fit when the build
/// has put the original in its place again and this has run once more.
final class OldClasses {
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

    /// Says in the manifest what was changed, as the parser's license asks.
    private static final Attributes.Name NOTE = new Attributes.Name("Kaon-Changed");

    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Manifest manifest;

    private OldClasses(Path jar) throws IOException {
        try (JarInputStream in = new JarInputStream(Files.newInputStream(jar))) {
            manifest = in.getManifest() == null ? new Manifest() : in.getManifest();
            for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                if (!entry.isDirectory()) {
                    files.put(entry.getName(), in.readAllBytes());
                }
            }
        }
        files.remove(JarFile.MANIFEST_NAME);
    }

    /// Changes the jar where it lies, unless it has no old classes.
    static void bringUp(Path jar) throws IOException {
        OldClasses old = new OldClasses(jar);
        if (old.files.entrySet().stream().anyMatch(OldClasses::isOld)) {
            Path changed = Files.createTempFile(jar.toAbsolutePath().getParent(), "changed", null);
            old.write(changed);
            Files.setLastModifiedTime(changed, Files.getLastModifiedTime(jar));
            Files.setPosixFilePermissions(changed, Files.getPosixFilePermissions(jar));
            Files.move(changed, jar, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void write(Path jar) throws IOException {
        manifest.getMainAttributes().put(NOTE, "stack maps were added to class files below version 50");
        ClassHierarchyResolver ours = ClassHierarchyResolver.ofResourceParsing(
                described -> file(described.descriptorString().replaceAll("^L|;$", "") + ".class"));
        ClassFile format = ClassFile.of(
                ClassFile.ClassHierarchyResolverOption.of(ours.orElse(ClassHierarchyResolver.defaultResolver())),
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                // Code that shares its constants is copied as it is, without maps.
                ClassFile.ConstantPoolSharingOption.NEW_POOL);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(entry(JarFile.MANIFEST_NAME));
            manifest.write(out);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                out.putNextEntry(entry(file.getKey()));
                out.write(isOld(file) ? broughtUp(format, file.getValue()) : file.getValue());
            }
        }
    }

    private static byte[] broughtUp(ClassFile format, byte[] file) {
        // That each element is passed on by itself is what makes the maps.
        ClassTransform change = ClassTransform.transformingMethodBodies((code, element) -> code.with(element))
                .andThen(ClassTransform.dropping(element -> element instanceof ClassFileVersion))
                .andThen(ClassTransform.endHandler(type -> type.withVersion(FIRST_WITH_STACK_MAPS, 0)));
        return format.transformClass(format.parse(file), change);
    }

    private static boolean isOld(Map.Entry<String, byte[]> file) {
        return file.getKey().endsWith(".class")
                && ByteBuffer.wrap(file.getValue()).getShort(6) < FIRST_WITH_STACK_MAPS;
    }

    private InputStream file(String name) {
        byte[] file = files.get(name);
        return file == null ? null : new ByteArrayInputStream(file);
    }

    private static JarEntry entry(String name) {
        JarEntry entry = new JarEntry(name);
        entry.setTime(0);
        return entry;
    }
}
