package io.kaon.engine.djl.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CodeDepthTest {
    private static final int DEEP = 250;

    private static Map<String, String> forward(String statement) {
        return Map.of(
                "__torch__.py",
                "class M(Module):\n  def forward(self: __torch__.M,\n    x: Tensor) -> Tensor:\n    " + statement
                        + "\n    return x\n");
    }

    private static void refused(Map<String, String> sources, String... words) {
        assertThatThrownBy(() -> CodeDepth.check(sources)).isInstanceOfSatisfying(ServingException.class, refusal -> {
            assertThat(refusal.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
            assertThat(refusal.getMessage()).contains(words).contains("would end the process");
        });
    }

    /// Each of these ended the process in libtorch 2.7.1, at some depth below 2,000.
    @ParameterizedTest
    @CsvSource({
        "'(', 0, ')'",
        "'[', 0, ']'",
        "'- ', 0, ''",
        "'not ', True, ''",
        "'0 + ', 0, ''",
        "'', self, '.a'",
        "'int(', 0, ')'",
        "'0 if True else ', 0, ''",
        "'List[', int, ']'",
        "'', self, '[0]'",
        "'', self, '(x, )'"
    })
    void refusesStatementsThatAreNestedTooDeeply(String before, String middle, String after) {
        refused(forward("q = " + before.repeat(DEEP) + middle + after.repeat(DEEP)), "line 4 of __torch__.py");
        refused(forward("q = f(1,\n      " + before.repeat(DEEP) + middle + after.repeat(DEEP) + ")"), "line 5");
        assertThatCode(() -> CodeDepth.check(forward("q = " + before.repeat(20) + middle + after.repeat(20))))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesBlocksThatAreNestedTooDeeply() {
        String blocks = IntStream.range(0, DEEP)
                .mapToObj(level -> "  ".repeat(level) + "if True:\n    ")
                .collect(Collectors.joining());
        refused(forward(blocks + "  ".repeat(DEEP) + "pass"), "of __torch__.py is nested");
    }

    @Test
    void takesStatementsThatAreLongAndNotDeep() {
        String list = IntStream.range(0, 10_000).mapToObj(n -> "-" + n + ".5").collect(Collectors.joining(", "));
        assertThatCode(() -> CodeDepth.check(forward("q = torch.tensor([" + list + "])")))
                .doesNotThrowAnyException();
        assertThatCode(() -> CodeDepth.check(forward("q = \"" + "(".repeat(DEEP) + "\"")))
                .doesNotThrowAnyException();
        assertThatCode(() -> CodeDepth.check(forward("q = torch.add(x, 1)\n    ".repeat(DEEP))))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(ints = {DEEP, 100_000})
    void refusesFunctionsThatCallThroughTooMany(int count) {
        refused(Map.of("__torch__/f.py", functions(count)), "__torch__.f.f", "calls through more than 100");
    }

    @Test
    void takesManyFunctionsThatCallFew() {
        assertThatCode(() -> CodeDepth.check(Map.of("__torch__/f.py", functions(90))))
                .doesNotThrowAnyException();
    }

    private static String functions(int count) {
        return "def f0(x: Tensor) -> Tensor:\n  return x\n"
                + IntStream.range(1, count)
                        .mapToObj(n -> "def f" + n + "(x: Tensor) -> Tensor:\n  _0 = __torch__.f.f" + (n - 1)
                                + "\n  return _0(x, )\n")
                        .collect(Collectors.joining());
    }

    @Test
    void refusesMethodsAndClassesThatCallThroughTooMany() {
        String methods = IntStream.range(0, DEEP)
                .mapToObj(n -> "  def m" + n + "(self: __torch__.M,\n    x: Tensor) -> Tensor:\n    return "
                        + (n == 0 ? "x" : "(self).m" + (n - 1) + "(x, )") + "\n")
                .collect(Collectors.joining());
        refused(Map.of("__torch__.py", "class M(Module):\n" + methods), "__torch__.M calls through");
        Map<String, String> classes = new LinkedHashMap<>();
        for (int n = 0; n < DEEP; n++) {
            classes.put(
                    "__torch__/m" + n + ".py",
                    "class M(Module):\n" + (n == 0 ? "" : "  inner : __torch__.m" + (n - 1) + ".M\n")
                            + "  def forward(self: __torch__.m" + n + ".M,\n    x: Tensor) -> Tensor:\n    return "
                            + (n == 0 ? "x" : "(self.inner).forward(x, )") + "\n");
        }
        refused(classes, "calls through");
    }
}
