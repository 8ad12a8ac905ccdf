package io.kaon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kaon.engine.Device;
import java.util.EnumSet;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BenchOptionsTest {
    @Test
    void measuresEverythingUnlessToldOtherwise() {
        assertThat(BenchOptions.parse())
                .isEqualTo(new BenchOptions(EnumSet.allOf(Scenario.class), 4, 5, false, false, Device.CPU));
    }

    @Test
    void takesValuesAfterABlankOrAnEqualsSign() {
        assertThat(BenchOptions.parse("--only", "rest,codec", "--seconds=2", "--rounds", "7"))
                .isEqualTo(new BenchOptions(EnumSet.of(Scenario.CODEC, Scenario.REST), 2, 7, false, false, Device.CPU));
    }

    @Test
    void measuresOnTheDeviceThatIsNamed() {
        assertThat(BenchOptions.parse("--device", "cuda").device()).isEqualTo(new Device.Cuda(0));
        assertThat(BenchOptions.parse("--device=cuda:2").device()).isEqualTo(new Device.Cuda(2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BenchOptions.parse("--device", "gpu"))
                .withMessage("expected auto, cpu, cuda or cuda:N, got \"gpu\"");
    }

    @Test
    void drawsFlameGraphsWhenAsked() {
        assertThat(BenchOptions.parse("--flame").flame()).isTrue();
        assertThat(BenchOptions.parse("--flame", "--smoke").flame()).isTrue();
    }

    @Test
    void isShortForASmokeTestWhateverElseIsSaid() {
        BenchOptions smoke = BenchOptions.parse("--smoke", "--seconds=60", "--rounds=9");
        assertThat(smoke.seconds()).isEqualTo(1);
        assertThat(smoke.rounds()).isEqualTo(1);
        assertThat(smoke.warmUpSeconds()).isLessThan(BenchOptions.parse().warmUpSeconds());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --fast           | bench knows no --fast
                    --seconds        | --seconds needs a value
                    --seconds=0      | --seconds: expected a number above 0, got 0
                    --rounds=-1      | --rounds: expected a number above 0, got -1
                    --rounds=many    | --rounds: expected a number above 0, got many
                    --only=rest,disk | --only: expected some of codec,
                    """)
    void saysWhatItExpected(String argument, String phrase) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BenchOptions.parse(argument))
                .withMessageContaining(phrase);
    }

    @Test
    void namesEveryScenarioInItsUsage() {
        for (Scenario scenario : Scenario.values()) {
            String name = scenario.name().toLowerCase(Locale.ROOT);
            assertThat(BenchOptions.USAGE).contains(name);
            assertThat(BenchOptions.parse("--only", name).only()).containsExactly(scenario);
        }
    }
}
