package io.kaon.engine.djl.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.djl.DjlEngine;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import io.kaon.testkit.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Loops end when the longest time of a run is over, wherever they stand; each of these models goes on for ever, or for
/// centuries, if `x` is below zero.
final class LoopLimitTest {
    private static final Duration LIMIT = Duration.ofMillis(100);
    private static final String CENTURIES = "1000000000000000";

    @TempDir
    private Path folder;

    private static TorchScriptArchive model() {
        return new TorchScriptArchive().config(TorchScriptArchive.vectors("x", "y"));
    }

    static List<TorchScriptArchive> models() {
        return List.of(
                model().forward(
                                "x: Tensor",
                                "Tensor",
                                "x0 = x",
                                "_0 = bool(torch.any(torch.lt(x, 0)))",
                                "while _0:",
                                "  x0 = torch.add(x0, 0.)",
                                "return x0"),
                model().forward(
                                "x: Tensor",
                                "Tensor",
                                "x0 = x",
                                "for i in range(torch.mul(int(torch.lt(torch.min(x), 0)), " + CENTURIES + ")):",
                                "  x0 = torch.add(x0, 0.)",
                                "return x0"),
                model().forward(
                                "x: Tensor",
                                "Tensor",
                                "x0 = x",
                                "for i in range(torch.mul(int(torch.lt(torch.min(x), 0)), " + CENTURIES + ")):",
                                "  x1 = x0",
                                "  for j in range(i):",
                                "    x1 = torch.add(x1, 0.)",
                                "  x0 = x1",
                                "return x0"),
                model().forward("x: Tensor", "Tensor", "return (self.part).forward(x, )")
                        .submodule("part", "__torch__.net.Part")
                        .source("__torch__/net.py", """
                                class Part(Module):
                                  __parameters__ = []
                                  __buffers__ = []
                                  training : bool
                                  def forward(self: __torch__.net.Part,
                                    x: Tensor) -> Tensor:
                                    x0 = x
                                    while bool(torch.any(torch.lt(x0, 0))):
                                      x0 = torch.add(x0, 0.)
                                    return x0
                                """),
                model().forward("x: Tensor", "Tensor", "return __torch__.endless(x, )")
                        .source("__torch__.py", """
                                def endless(x: Tensor) -> Tensor:
                                  x0 = x
                                  _0 = bool(torch.any(torch.lt(x0, 0)))
                                  while _0:
                                    x0 = torch.add(x0, 0.)
                                  return x0
                                """));
    }

    @ParameterizedTest
    @MethodSource("models")
    void endsTheRunAndServesOn(TorchScriptArchive model) throws IOException {
        model.writeTo(folder);
        long temporary = temporaryFiles();
        try (EngineSession session = load(LIMIT)) {
            assertThat(temporaryFiles()).isEqualTo(temporary);
            assertThat(session.mayRunInPlace()).isFalse();
            assertThat(Sessions.signature(session).traits().durationVaries()).isTrue();
            // The first runs of a TorchScript model are profiled, and later ones compiled.
            for (int i = 0; i < 4; i++) {
                assertThat(Tensors.floatsOf(Sessions.run(session, Tensors.floats(1, 2))))
                        .containsExactly(1, 2);
                assertThatThrownBy(() -> Sessions.run(session, Tensors.floats(1, -2)))
                        .isInstanceOfSatisfying(
                                ServingException.class,
                                ended -> assertThat(ended.kind())
                                        .as(ended.getMessage())
                                        .isEqualTo(ErrorKind.CANCELLED));
            }
        }
    }

    @Test
    void leavesModelsAsTheyAreWithoutALimit() throws IOException {
        TorchScriptArchive.endlessBelowZero().writeTo(folder);
        try (EngineSession session = load(Duration.ZERO)) {
            assertThat(Tensors.floatsOf(Sessions.run(session, Tensors.floats(1))))
                    .containsExactly(2.5f);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while _0: x = torch.add(x, 0.)",
                "if _0: while _0:",
                "while (",
                "_1 = [int(i) for i in torch.unbind(x)]",
                "_kaon_began = 0"
            })
    void refusesALoopThatItWouldMiss(String line) throws IOException {
        model().forward(
                        "x: Tensor",
                        "Tensor",
                        "_0 = bool(torch.any(torch.lt(x, 0)))",
                        "while _0:",
                        "  _0 = bool(torch.any(torch.lt(x, 0)))",
                        line,
                        "return x")
                .writeTo(folder);
        assertThatThrownBy(() -> load(LIMIT))
                .isInstanceOfSatisfying(
                        ServingException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.UNSUPPORTED))
                .hasMessageContaining("of its code has");
    }

    @Test
    void takesWordsInTextsAndCommentsForNoLoops() {
        String code = "def f(x: Tensor) -> Tensor:\n  _0 = \"while for\" # for\n  return x\n";
        assertThat(LoopLimit.in(code, LIMIT)).isEqualTo(code);
    }

    private EngineSession load(Duration limit) {
        return Sessions.load(new DjlEngine(), folder, EngineSettings.defaults().withLongestRun(limit));
    }

    private static long temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("kaon-torchscript-"))
                    .count();
        }
    }
}
