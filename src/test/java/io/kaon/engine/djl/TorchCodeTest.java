package io.kaon.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.engine.djl.archive.TorchCode;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TorchCodeTest {
    private static final String LOADING = """
              def __setstate__(self: __torch__.M,
                state: Tensor) -> NoneType:
                _0 = (self).set_weight(state, )
                return None
              def set_weight(self: __torch__.M,
                w: Tensor) -> NoneType:
                self.w = w
                return None
              def __init__(self: __torch__.M) -> NoneType:
                self.training = False
                return None
            """;

    private static TorchCode of(String... methods) {
        return TorchCode.of(List.of("class M(Module):\n" + String.join("", methods)));
    }

    @Test
    void whatIsSetWhileTheModelIsLoadedIsNoState() {
        TorchCode code = of(LOADING, "  def forward(self: __torch__.M,\n    x: Tensor) -> Tensor:\n    return x\n");
        assertThat(code).isEqualTo(new TorchCode(false, false, false, false));
    }

    @Test
    void whatForwardSetsOrCallsToBeSetIsState() {
        assertThat(of("  def forward(self: __torch__.M) -> Tensor:\n    self.w = 1\n")
                        .assigns())
                .isTrue();
        TorchCode code = of(LOADING, "  def forward(self: __torch__.M) -> Tensor:\n    _0 = (self).set_weight(x, )\n");
        assertThat(code.assigns()).isTrue();
        assertThat(code.keeps()).isTrue();
    }

    @Test
    void loopsAndBranchesAreWordsOfTheLanguage() {
        TorchCode none = of("  def forward(self: __torch__.M) -> Tensor:\n    _0 = \"for while if\" # for while if\n");
        assertThat(none).isEqualTo(new TorchCode(false, false, false, false));
        TorchCode both = of("  def forward(self: __torch__.M) -> Tensor:\n    while x:\n      if y:\n        pass\n");
        assertThat(both).isEqualTo(new TorchCode(true, true, false, false));
    }
}
