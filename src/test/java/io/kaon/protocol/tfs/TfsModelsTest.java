package io.kaon.protocol.tfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.model.VersionSelector;
import io.kaon.model.VersionSelector.Exact;
import io.kaon.model.VersionSelector.Labelled;
import io.kaon.serving.ModelLease;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class TfsModelsTest {
    private final ServedModels served = new ServedModels();
    private final TfsModels models = new TfsModels(served.models);

    @AfterEach
    void close() throws Exception {
        served.close();
    }

    static Stream<Arguments> notThere() {
        return Stream.of(
                Arguments.of("zz", VersionSelector.LATEST, ErrorKind.MODEL_NOT_FOUND, servable("Latest(zz)")),
                Arguments.of("zz", new Exact(3), ErrorKind.MODEL_NOT_FOUND, servable("Specific(zz, 3)")),
                Arguments.of("m", new Exact(9), ErrorKind.VERSION_NOT_FOUND, servable("Specific(m, 9)")),
                Arguments.of("m", new Exact(-1), ErrorKind.VERSION_NOT_FOUND, servable("Specific(m, -1)")),
                Arguments.of(
                        "starting", VersionSelector.LATEST, ErrorKind.VERSION_NOT_FOUND, servable("Latest(starting)")),
                Arguments.of("m", new Labelled("gone"), ErrorKind.VERSION_NOT_FOUND, servable("Specific(m, 7)")),
                Arguments.of("m", new Labelled("zz"), ErrorKind.LABEL_NOT_FOUND, label("zz")),
                Arguments.of("m", new Labelled(""), ErrorKind.LABEL_NOT_FOUND, label("")),
                Arguments.of("zz", new Labelled("stable"), ErrorKind.LABEL_NOT_FOUND, label("stable")));
    }

    @ParameterizedTest
    @MethodSource("notThere")
    void saysWhatIsNotThereInTheWordsOfTheReference(
            String name, VersionSelector selector, ErrorKind kind, String message) {
        assertRefused(() -> models.lease(name, selector), kind, message);
    }

    @Test
    void leasesTheLargestTheNamedAndTheLabelledVersion() {
        assertThat(leased(VersionSelector.LATEST)).isEqualTo(10);
        assertThat(leased(new Exact(2))).isEqualTo(2);
        assertThat(leased(new Labelled("stable"))).isEqualTo(1);
    }

    @Test
    void refusesWithoutRewordingWhenTheServerStops() {
        served.models.refuseLeases();
        assertRefused(() -> models.lease("m", VersionSelector.LATEST), ErrorKind.NOT_READY, "the server is stopping");
    }

    @Test
    void namesAnUnknownSignatureAsEachWireDoes() {
        try (ModelLease lease = models.lease("m", VersionSelector.LATEST)) {
            assertThat(TfsModels.restSignature(lease, "").name()).isEqualTo("serving_default");
            assertRefused(
                    () -> TfsModels.restSignature(lease, "zz"),
                    ErrorKind.SIGNATURE_NOT_FOUND,
                    "Serving signature name: \"zz\" not found in signature def");
            assertRefused(
                    () -> TfsModels.grpcSignature(lease, "100%"),
                    ErrorKind.SIGNATURE_NOT_FOUND,
                    "Serving signature key \"100%\" not found.");
        }
    }

    @Test
    void tellsTheStatusOfAllVersionsOrOfOne() {
        assertThat(statuses(VersionSelector.LATEST)).containsExactly(11L, 10L, 2L, 1L, 0L);
        assertThat(statuses(new Labelled("zz"))).containsExactly(11L, 10L, 2L, 1L, 0L);
        assertThat(statuses(new Exact(0))).containsExactly(0L);
        assertRefused(
                () -> models.statuses("zz", VersionSelector.LATEST),
                ErrorKind.MODEL_NOT_FOUND,
                "Could not find any versions of model zz");
        assertRefused(
                () -> models.statuses("m", new Exact(9)),
                ErrorKind.VERSION_NOT_FOUND,
                "Could not find version 9 of model m");
        assertRefused(
                () -> models.statuses("zz", new Exact(9)),
                ErrorKind.VERSION_NOT_FOUND,
                "Could not find version 9 of model zz");
    }

    private long leased(VersionSelector selector) {
        try (ModelLease lease = models.lease("m", selector)) {
            return lease.id().version();
        }
    }

    private List<Long> statuses(VersionSelector selector) {
        return models.statuses("m", selector).stream()
                .map(status -> status.id().version())
                .toList();
    }

    private static void assertRefused(Runnable action, ErrorKind kind, String message) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        ServingException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(kind))
                .hasMessage(message);
    }

    private static String servable(String asked) {
        return "Servable not found for request: " + asked;
    }

    private static String label(String label) {
        return "Unrecognized servable version label: " + label;
    }
}
