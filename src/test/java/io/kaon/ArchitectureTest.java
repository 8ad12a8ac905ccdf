package io.kaon;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.kaon.batch.BatchReport;
import io.kaon.batch.BatchingPolicy;
import io.kaon.batch.Deadline;
import io.kaon.batch.Merging;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.EngineOptions;
import io.kaon.lifecycle.declaration.ModelOptions;
import io.kaon.lifecycle.declaration.OptionsByModel;
import io.kaon.lifecycle.declaration.VersionOptions;
import io.kaon.storage.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/// Holds the arrows that `ARCHITECTURE.md` draws. The rules on the core are allow-lists, so a new engine, store or
/// protocol needs no edit here.
@AnalyzeClasses(packages = "io.kaon", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    /// What each room may import of ours, besides itself.
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry("tensor", List.of()),
            Map.entry("model", List.of("tensor")),
            Map.entry("engine", List.of("model", "tensor")),
            Map.entry("engine.cuda", List.of()),
            Map.entry("engine.*", List.of("engine", "engine.cuda", "model", "tensor")),
            Map.entry("engine.*.*", List.of("model", "tensor")),
            Map.entry("storage", List.of("model")),
            Map.entry("storage.remote", List.of("storage", "model")),
            Map.entry("storage.*", List.of("config", "storage", "storage.remote", "model")),
            Map.entry("batch", List.of("batch.proof", "model", "tensor")),
            Map.entry("batch.proof", List.of("model", "tensor")),
            Map.entry("serving", List.of("engine", "batch", "model", "tensor")),
            Map.entry("lifecycle.declaration", List.of("engine", "storage", "batch", "model")),
            Map.entry("lifecycle.watch", List.of("lifecycle.declaration", "storage", "model")),
            Map.entry(
                    "lifecycle.load",
                    List.of("lifecycle.declaration", "serving", "engine", "storage", "batch", "model", "tensor")),
            Map.entry(
                    "lifecycle.reconcile",
                    List.of(
                            "lifecycle.declaration",
                            "lifecycle.watch",
                            "lifecycle.load",
                            "serving",
                            "storage",
                            "model")),
            Map.entry(
                    "lifecycle",
                    List.of(
                            "lifecycle.declaration",
                            "lifecycle.watch",
                            "lifecycle.load",
                            "lifecycle.reconcile",
                            "serving",
                            "engine",
                            "storage",
                            "model")),
            Map.entry("protocol.json", List.of("model", "tensor")),
            Map.entry("protocol.http", List.of("serving", "model")),
            Map.entry("transport", List.of("serving")),
            Map.entry("config", List.of()),
            Map.entry("client", List.of("protocol.json", "model", "tensor")),
            Map.entry("ops", List.of("config", "serving", "batch", "model")),
            Map.entry("kubernetes.yaml", List.of()),
            Map.entry("kubernetes.plan", List.of("config")),
            Map.entry("kubernetes.document", List.of("kubernetes.plan", "kubernetes.yaml", "config")),
            Map.entry("kubernetes.format", List.of("kubernetes.document", "kubernetes.plan", "kubernetes.yaml")));

    private static final List<String> CORE = List.of(
            "tensor",
            "model",
            "engine",
            "storage",
            "batch",
            "batch.proof",
            "serving",
            "lifecycle.declaration",
            "lifecycle.watch",
            "lifecycle.load",
            "lifecycle.reconcile",
            "lifecycle",
            "kubernetes.plan",
            "kubernetes.document",
            "kubernetes.format");

    /// A protocol may replace the declaration of what is served, so it may know the records of which one is
    /// made. They hold data; what acts on them stays out of reach.
    private static final DescribedPredicate<JavaClass> BEYOND_THE_FRONT_HALF = JavaClass.Predicates.belongToAnyOf(
            DesiredModels.class,
            DesiredModel.class,
            Location.class,
            ModelOptions.class,
            EngineOptions.class,
            OptionsByModel.class,
            VersionOptions.class,
            BatchingPolicy.class,
            Merging.class,
            BatchReport.class,
            Deadline.class);

    @ArchTest
    void roomsImportOnlyAlongTheArrows(JavaClasses classes) {
        for (Map.Entry<String, List<String>> arrow : ARROWS.entrySet()) {
            String from = "io.kaon." + arrow.getKey();
            // A folder `engine.*` may use what is in the same folder, also in its own rooms, not its neighbours.
            boolean isAdapter = from.endsWith("*");
            for (String room : rooms(classes, from)) {
                List<String> allowed = new ArrayList<>(
                        arrow.getValue().stream().map(name -> "io.kaon." + name).toList());
                allowed.add(isAdapter ? room + ".." : room);
                noClasses()
                        .that()
                        .resideInAPackage(room)
                        .should()
                        .dependOnClassesThat(resideInAnyPackage("io.kaon..")
                                .and(resideOutsideOfPackages(allowed.toArray(String[]::new))))
                        .allowEmptyShould(true)
                        .check(classes);
            }
        }
    }

    @ArchTest
    void protocolsReachOnlyTheFrontHalfAndWhatADeclarationIsMadeOf(JavaClasses classes) {
        for (String room : rooms(classes, "io.kaon.protocol.*")) {
            if (ARROWS.containsKey(room.substring("io.kaon.".length())) || isGenerated(room)) {
                continue;
            }
            // A protocol's own rooms are one adapter with it.
            String protocol = room.replaceFirst("(io\\.kaon\\.protocol\\.[a-z]+)\\..*", "$1");
            noClasses()
                    .that()
                    .resideInAPackage(room + "..")
                    .should()
                    .dependOnClassesThat(resideInAnyPackage("io.kaon..")
                            .and(resideOutsideOfPackages(
                                    protocol + "..",
                                    "io.kaon.config",
                                    "io.kaon.serving",
                                    "io.kaon.model",
                                    "io.kaon.tensor",
                                    "io.kaon.protocol.json",
                                    "io.kaon.protocol.http"))
                            .and(DescribedPredicate.not(BEYOND_THE_FRONT_HALF)))
                    .check(classes);
        }
    }

    @ArchTest
    static final ArchRule nobodyImportsTheOuterRing = noClasses()
            .that()
            .resideOutsideOfPackage("io.kaon.app..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.kaon.app..");

    @ArchTest
    static final ArchRule noCyclesBetweenPackages =
            slices().matching("io.kaon.(**)").should().beFreeOfCycles();

    @ArchTest
    void theCoreUsesTheJdkNullnessAnnotationsAndALoggingFacadeOnly(JavaClasses classes) {
        for (String room : CORE) {
            noClasses()
                    .that()
                    .resideInAPackage("io.kaon." + room)
                    .should()
                    .dependOnClassesThat(resideOutsideOfPackages(
                            "java..", "org.jspecify.annotations..", "org.jboss.logging..", "io.kaon.."))
                    .allowEmptyShould(true)
                    .check(classes);
        }
    }

    @ArchTest
    static final ArchRule protobufStaysInTheProtocols = noClasses()
            .that()
            .resideInAPackage("io.kaon..")
            .and()
            // Adapters of engines may read their model files, which are protobuf too.
            .resideOutsideOfPackages("io.kaon.protocol..", "io.kaon.engine.*")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.google.protobuf..");

    @ArchTest
    void generatedMessagesStayInTheFolderOfTheirProtocol(JavaClasses classes) {
        for (String generated : rooms(classes, "io.kaon.protocol.*")) {
            if (isGenerated(generated)) {
                String protocol = generated.substring(0, generated.lastIndexOf('.'));
                noClasses()
                        .that()
                        .resideOutsideOfPackages(protocol + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(generated)
                        .check(classes);
            }
        }
    }

    @ArchTest
    static final ArchRule namesSayWhatAClassDoes = classes()
            .that()
            .resideInAPackage("io.kaon..")
            .should()
            .haveNameNotMatching(".*(Utils?|Helper|Manager|Impl|Processor|Common)$");

    @ArchTest
    void everyPackageIsNullMarked(JavaClasses classes) {
        TreeSet<String> unmarked = new TreeSet<>();
        for (JavaClass found : classes) {
            if (found.getPackageName().startsWith("io.kaon")
                    && !isGenerated(found.getPackageName())
                    && found.getPackage()
                            .tryGetAnnotationOfType(NullMarked.class)
                            .isEmpty()) {
                unmarked.add(found.getPackageName());
            }
        }
        assertThat(unmarked).isEmpty();
    }

    /// What the protobuf compiler writes for a protocol lies in a package of that name below the protocol's own.
    private static boolean isGenerated(String packageName) {
        return packageName.startsWith("io.kaon.protocol.") && packageName.endsWith(".proto");
    }

    /// The packages that a pattern of [#ARROWS] stands for.
    private static Set<String> rooms(JavaClasses classes, String pattern) {
        TreeSet<String> rooms = new TreeSet<>();
        String folder = pattern.endsWith(".*") ? pattern.substring(0, pattern.length() - 1) : null;
        for (JavaClass found : classes) {
            String name = found.getPackageName();
            if (folder == null ? name.equals(pattern) : name.startsWith(folder)) {
                rooms.add(name);
            }
        }
        return rooms;
    }
}
