package io.kaon.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.engine.EngineSession;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import io.kaon.testkit.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How what is declared beside a model meets what its code takes and gives.
final class TorchSignatureTest {
    @TempDir
    private Path folder;

    private static final String[] DIFFERENCE = {"return torch.sub(a, b)"};

    private static String config(String... tensors) {
        return String.join("\n", tensors);
    }

    private static String input(String name) {
        return TorchScriptArchive.tensor("input", name, "FP32", "-1");
    }

    private static String output(String name) {
        return TorchScriptArchive.tensor("output", name, "FP32", "-1");
    }

    private EngineSession load(TorchScriptArchive model) throws IOException {
        model.writeTo(folder);
        return Sessions.load(new DjlEngine(), folder);
    }

    private void refused(ErrorKind kind, TorchScriptArchive model, String... words) {
        assertThatThrownBy(() -> load(model)).isInstanceOfSatisfying(ServingException.class, refused -> {
            assertThat(refused.kind()).as(refused.getMessage()).isEqualTo(kind);
            assertThat(refused.getMessage()).contains(words);
        });
    }

    private void subtracts(String first, String second) throws IOException {
        TorchScriptArchive model = new TorchScriptArchive()
                .forward("a: Tensor, b: Tensor", "Tensor", DIFFERENCE)
                .config(config(input(first), input(second), output("y")));
        try (EngineSession session = load(model)) {
            NamedTensors inputs = NamedTensors.of(Map.of("a", Tensors.floats(3), "b", Tensors.floats(1)));
            if (!first.equals("a") && !first.equals("b")) {
                boolean inOrder = first.compareTo(second) < 0;
                inputs = NamedTensors.of(
                        Map.of(first, Tensors.floats(inOrder ? 3 : 1), second, Tensors.floats(inOrder ? 1 : 3)));
            }
            assertThat(Tensors.floatsOf(Tensors.get(Sessions.run(session, inputs), "y")))
                    .containsExactly(2);
        }
    }

    @Test
    void inputsMeetParametersByNameElseByPlaceElseInOrder() throws IOException {
        subtracts("a", "b");
        subtracts("b", "a");
        subtracts("in__0", "in__1");
        subtracts("in__1", "in__0");
        subtracts("first", "second");
    }

    @Test
    void resultsMeetOutputsByPlaceKeyOrField() throws IOException {
        String both = config(input("x"), output("double"), output("half"));
        gives(new TorchScriptArchive()
                .forward("x: Tensor", "Tuple[Tensor, Tensor]", "return (torch.mul(x, 2), torch.mul(x, 0.5))")
                .config(both));
        gives(new TorchScriptArchive()
                .forward("x: Tensor", "List[Tensor]", "return [torch.mul(x, 2), torch.mul(x, 0.5)]")
                .config(both));
        gives(new TorchScriptArchive()
                .forward(
                        "x: Tensor",
                        "Dict[str, Tensor]",
                        "return {\"half\": torch.mul(x, 0.5), \"double\": torch.mul(x, 2)}")
                .config(both));
        gives(new TorchScriptArchive()
                .forward("x: Tensor", "__torch__.Pair", "return __torch__.Pair(torch.mul(x, 0.5), torch.mul(x, 2))")
                .source("__torch__.py", "class Pair(NamedTuple):\n  half : Tensor\n  double : Tensor\n")
                .config(both));
    }

    private void gives(TorchScriptArchive model) throws IOException {
        try (EngineSession session = load(model)) {
            NamedTensors got = Sessions.run(session, NamedTensors.of("x", Tensors.floats(4)));
            assertThat(Tensors.floatsOf(Tensors.get(got, "double"))).containsExactly(8);
            assertThat(Tensors.floatsOf(Tensors.get(got, "half"))).containsExactly(2);
            assertThat(Sessions.run(session, NamedTensors.of("x", Tensors.floats(4)), "half")
                            .names())
                    .containsExactly("half");
        }
    }

    @Test
    void listsAndDictionariesTakeAllInputs() throws IOException {
        String declared = config(input("b"), input("a"), output("y"));
        NamedTensors inputs = NamedTensors.of(Map.of("a", Tensors.floats(1), "b", Tensors.floats(3)));
        TorchScriptArchive list = new TorchScriptArchive()
                .forward("xs: List[Tensor]", "Tensor", "return torch.sub(xs[0], xs[1])")
                .config(declared);
        TorchScriptArchive dictionary = new TorchScriptArchive()
                .forward("xs: Dict[str, Tensor]", "Tensor", "return torch.sub(xs[\"b\"], xs[\"a\"])")
                .config(declared);
        for (TorchScriptArchive model : new TorchScriptArchive[] {list, dictionary}) {
            try (EngineSession session = load(model)) {
                assertThat(Tensors.floatsOf(Tensors.get(Sessions.run(session, inputs), "y")))
                        .containsExactly(2);
            }
        }
    }

    @Test
    void parametersWithDefaultsAreLeftOut() throws IOException {
        TorchScriptArchive model = new TorchScriptArchive()
                .forward("x: Tensor, scale: float=2.", "Tensor", "return torch.mul(x, scale)")
                .config(config(input("x"), output("y")));
        try (EngineSession session = load(model)) {
            assertThat(Tensors.floatsOf(Sessions.run(session, Tensors.floats(3))))
                    .containsExactly(6);
        }
    }

    @Test
    void rowsStandInFrontOfDeclaredSizesAndReshapeActsBehindThem() throws IOException {
        String declared = """
                max_batch_size: 16
                input { name: "x" data_type: TYPE_FP32 dims: [ 4 ] reshape { shape: [ 2, 2 ] } }
                output { name: "y" data_type: TYPE_FP32 dims: 1 reshape { shape: [ ] } }
                """;
        TorchScriptArchive model = new TorchScriptArchive()
                .forward("x: Tensor", "Tensor", "return torch.sum(x, [1, 2])")
                .config(declared);
        try (EngineSession session = load(model)) {
            ModelSignature signature = Sessions.signature(session);
            assertThat(signature.isBatched()).isTrue();
            var y = Sessions.run(session, Tensors.floats(Shape.of(2, 4), 1, 2, 3, 4, 5, 6, 7, 8));
            assertThat(y.shape()).isEqualTo(Shape.of(2, 1));
            assertThat(Tensors.floatsOf(y)).containsExactly(10, 26);
        }
    }

    @Test
    void aModelWithoutDeclarationIsRefusedWithATemplateThatLoads() throws IOException {
        TorchScriptArchive model =
                new TorchScriptArchive().forward("a: Tensor, b: Tensor", "Tuple[Tensor, Tensor]", "return (a, b)");
        String refusal = "";
        try {
            load(model).close();
        } catch (ServingException refused) {
            refusal = refused.getMessage();
        }
        assertThat(refusal).contains("config.pbtxt", "name: \"a\"", "name: \"b\"", "name: \"output__1\"");
        Files.writeString(folder.resolve("config.pbtxt"), refusal.substring(refusal.indexOf("platform:")));
        try (EngineSession session = Sessions.load(new DjlEngine(), folder)) {
            assertThat(Sessions.signature(session).inputs()).containsOnlyKeys("a", "b");
        }
    }

    @Test
    void theDeclarationMayLieBesideTheVersions() throws IOException {
        Path version = Files.createDirectory(folder.resolve("1"));
        new TorchScriptArchive().forward("x: Tensor", "Tensor", "return x").writeTo(version);
        Files.writeString(folder.resolve("config.pbtxt"), TorchScriptArchive.vectors("x", "y"));
        try (EngineSession session = Sessions.load(new DjlEngine(), version)) {
            assertThat(Sessions.signature(session).inputs()).containsOnlyKeys("x");
        }
    }

    @Test
    void aDeclarationThatDoesNotFitIsRefusedWithWhatTheModelTakes() {
        TorchScriptArchive model = new TorchScriptArchive().forward("a: Tensor, b: Tensor", "Tensor", DIFFERENCE);
        refused(
                ErrorKind.ENGINE_FAILED,
                model.config(config(input("a"), output("y"))),
                "config.pbtxt does not fit",
                "a: Tensor, b: Tensor");
        refused(
                ErrorKind.ENGINE_FAILED,
                model.config(config(input("a"), input("b"), output("y"), output("z"))),
                "gives 1 tensors");
        refused(ErrorKind.ENGINE_FAILED, model.config(config(input("a"), input("a"), output("y"))), "called `a`");
    }

    @Test
    void modelsThatWantOrGiveOtherThingsThanTensorsAreRefusedWithThem() {
        String declared = config(input("x"), output("y"));
        refused(
                ErrorKind.UNSUPPORTED,
                new TorchScriptArchive()
                        .forward("x: Tensor, n: int", "Tensor", "return x")
                        .config(declared),
                "n: int");
        refused(
                ErrorKind.UNSUPPORTED,
                new TorchScriptArchive()
                        .forward("x: Tensor", "str", "return \"x\"")
                        .config(declared),
                "gives str");
        refused(
                ErrorKind.UNSUPPORTED,
                new TorchScriptArchive()
                        .method("predict", "x: Tensor", "Tensor", "return x")
                        .config(declared),
                "no method forward");
    }

    @Test
    void aRunTellsWhereADeclarationIsWrong() throws IOException {
        TorchScriptArchive model = new TorchScriptArchive()
                .forward("x: Tensor", "Tensor", "return torch.argmax(x)")
                .config(config(input("x"), output("y")));
        try (EngineSession session = load(model)) {
            assertThatThrownBy(() -> Sessions.run(session, Tensors.floats(1, 2)))
                    .hasMessage("output `y`: declared as FLOAT, the model gave int64[]; correct the declaration");
        }
        try (EngineSession session = load(new TorchScriptArchive()
                .forward("x: Tensor", "Tensor", "return torch.sum(x)")
                .config(config(input("x"), output("y"))))) {
            assertThatThrownBy(() -> Sessions.run(session, Tensors.floats(1, 2)))
                    .hasMessage("output `y`: declared as FLOAT[-1], the model gave []; correct the declaration");
        }
    }
}
