package io.kaon.storage.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.testkit.GcsOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What the options under `kaon.gcs` and the environment say about a server and the right to ask it.
final class GcsAccountTest {
    private static GcsAccount all(GcsOptions options, Map<String, String> environment) {
        return GcsAccount.of(options.config(), environment);
    }

    private static GcsAccount ofM(GcsOptions options) {
        GcsConfig config = options.config();
        return GcsAccount.of("m", Objects.requireNonNull(config.models().get("m")), config, Map.of());
    }

    private static void assertRefused(String said, GcsOptions options) {
        ServingException refused = catchThrowableOfType(ServingException.class, () -> all(options, Map.of()));
        assertThat(refused).as("refusal").isNotNull();
        assertThat(refused.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(refused).hasMessageContaining("kaon.gcs").hasMessageContaining(said);
    }

    @Test
    void isGooglesWithWhatTheEnvironmentOffersWhereNothingIsSaid() {
        assertThat(all(GcsOptions.none(), Map.of())).isEqualTo(new GcsAccount(null, new GcsCredentials.Found(), null));
    }

    @Test
    void asksAnEmulatorThatTheEnvironmentNamesWithoutCredentials() {
        URI emulator = URI.create("http://localhost:4443");
        GcsAccount bare = all(GcsOptions.none(), Map.of("STORAGE_EMULATOR_HOST", "localhost:4443"));
        assertThat(bare).isEqualTo(new GcsAccount(emulator, new GcsCredentials.Anonymous(), null));
        assertThat(all(GcsOptions.none(), Map.of("STORAGE_EMULATOR_HOST", "http://localhost:4443")))
                .isEqualTo(bare);
        assertThat(all(
                                GcsOptions.none().with("endpoint", "https://option:3"),
                                Map.of("STORAGE_EMULATOR_HOST", "localhost:4443"))
                        .endpoint())
                .isEqualTo(URI.create("https://option:3"));
    }

    @Test
    void takesWhatAModelLeavesOutFromWhatIsSaidForAll() {
        GcsOptions all = GcsOptions.none()
                .with("endpoint", "http://all:1")
                .with("user-project", "payer")
                .with("credentials-file", "/secrets/all.json");
        assertThat(ofM(all.with("models.m.credentials-file", "/secrets/m.json")))
                .isEqualTo(new GcsAccount(
                        URI.create("http://all:1"), new GcsCredentials.File(Path.of("/secrets/m.json")), "payer"));
        assertThat(ofM(all.with("models.m.user-project", "own")))
                .isEqualTo(new GcsAccount(
                        URI.create("http://all:1"), new GcsCredentials.File(Path.of("/secrets/all.json")), "own"));
        assertThat(ofM(all.with("models.m.anonymous", "true")).credentials()).isEqualTo(new GcsCredentials.Anonymous());
    }

    @Test
    void refusesWhatIsNoAddressAndTwoKindsOfCredentials() {
        assertRefused("expected http://HOST:PORT", GcsOptions.none().with("endpoint", "localhost:4443"));
        assertRefused("with a password", GcsOptions.none().with("endpoint", "http://user:word@host"));
        assertRefused(
                "exclude each other",
                GcsOptions.none().with("anonymous", "true").with("credentials-file", "/secrets/all.json"));
    }
}
