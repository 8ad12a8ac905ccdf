package io.kaon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class MetricsPageTest {
    @Test
    void tellsRateAndPercentileOfTheTimeBetweenTwoLooks() {
        MetricsPage before = MetricsPage.of(page(10, 10, 10, 10), 0);
        MetricsPage after = MetricsPage.of(page(110, 60, 109, 110), 2_000_000_000L);
        assertThat(after.rate(before, "m", 1)).isEqualTo(50);
        assertThat(after.counts("m", 1).since(before.counts("m", 1)).seconds(0.99))
                .hasValueCloseTo(0.1, within(1e-9));
        assertThat(after.counts("m", 1).since(before.counts("m", 1)).seconds(0.5))
                .hasValueCloseTo(0.01, within(1e-9));
    }

    @Test
    void countsFromTheStartWhereTheServerBeganAnew() {
        MetricsPage before = MetricsPage.of(page(1000, 1000, 1000, 1000), 0);
        MetricsPage after = MetricsPage.of(page(4, 4, 4, 4), 1_000_000_000L);
        assertThat(after.rate(before, "m", 1)).isEqualTo(4);
    }

    @Test
    void hasNothingForVersionsWithoutRuns() {
        MetricsPage page = MetricsPage.of("", 0);
        assertThat(page.rate(page, "m", 1)).isZero();
        assertThat(page.counts("m", 1).seconds(0.99)).isEmpty();
    }

    @Test
    void readsLabelsWithQuotesAndLineFeeds() {
        MetricsPage page = MetricsPage.of("""
                kaon_inferences_total{model="a \\"b\\"\\\\,\\n}",version="1",outcome="ok"} 3
                kaon_inferences_total{model="a \\"b\\"\\\\,\\n}",version="1",outcome="failed"} 2
                """, 0);
        assertThat(page.counts("a \"b\"\\,\n}", 1).calls()).isEqualTo(5);
    }

    @Test
    void passesOverWhatItCannotRead() {
        assertThat(MetricsPage.of("kaon_inferences_total\nkaon_inferences_total{x\nkaon_inferences_total{a=\"b 1", 0)
                        .counts("m", 1)
                        .calls())
                .isZero();
    }

    private static String page(int calls, int tenMillis, int hundredMillis, int all) {
        String labels = "model=\"m\",signature=\"s\",version=\"1\"";
        String bucket = "kaon_inference_run_seconds_bucket{" + labels + ",le=";
        return "# TYPE kaon_inferences_total counter\nkaon_inferences_total{" + labels + ",outcome=\"ok\"} " + calls
                + "\n" + bucket + "\"0.01\"} " + tenMillis + "\n" + bucket + "\"0.1\"} " + hundredMillis + "\n" + bucket
                + "\"+Inf\"} " + all + "\n";
    }
}
