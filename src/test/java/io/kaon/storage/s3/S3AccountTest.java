package io.kaon.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.testkit.S3Options;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What the options under `kaon.s3` and the environment say about a server and the right to ask it.
final class S3AccountTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("AWS_ENDPOINT_URL", "http://all:1");

    private static S3Account all(S3Options options, Map<String, String> environment) {
        return S3Account.of(options.config(), environment);
    }

    private static S3Account of(String model, S3Options options) {
        S3Config config = options.config();
        return S3Account.of(model, Objects.requireNonNull(config.models().get(model)), config, Map.of());
    }

    private static void assertRefused(String said, S3Options options) {
        ServingException refused = catchThrowableOfType(ServingException.class, () -> all(options, Map.of()));
        assertThat(refused).as("refusal").isNotNull();
        assertThat(refused.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(refused).hasMessageContaining("kaon.s3").hasMessageContaining(said);
    }

    @Test
    void isAmazonsWithWhatTheEnvironmentOffersWhereNothingIsSaid() {
        assertThat(all(S3Options.none(), Map.of()))
                .isEqualTo(new S3Account(null, null, false, new S3Credentials.Found(), false));
    }

    @Test
    void asksTheServerThatTheEnvironmentNamesUnlessAnOptionNamesAnother() {
        S3Account fromEnvironment = all(S3Options.none(), ENVIRONMENT);
        assertThat(fromEnvironment.endpoint()).isEqualTo(URI.create("http://all:1"));
        assertThat(fromEnvironment.pathStyle()).as("as such servers want it").isTrue();
        assertThat(all(
                                S3Options.none(),
                                Map.of("AWS_ENDPOINT_URL", "http://all:1", "AWS_ENDPOINT_URL_S3", "http://s3:2"))
                        .endpoint())
                .isEqualTo(URI.create("http://s3:2"));
        assertThat(all(S3Options.none().with("endpoint", "https://option:3"), ENVIRONMENT)
                        .endpoint())
                .isEqualTo(URI.create("https://option:3"));
        assertThat(all(S3Options.none().with("path-style", "false"), ENVIRONMENT)
                        .pathStyle())
                .isFalse();
    }

    @Test
    void takesTheCredentialsOfAModelWholeAndTheRestWhereItSaysNothing() {
        S3Options options = S3Options.none()
                .with("endpoint", "http://all:1")
                .with("access-key-id", "id")
                .with("secret-access-key", "secret")
                .with("models.m.credentials-file", "/secrets/m")
                .with("models.n.region", "eu-west-1");
        S3Account m = of("m", options);
        assertThat(m.endpoint()).isEqualTo(URI.create("http://all:1"));
        assertThat(m.credentials()).isEqualTo(new S3Credentials.Profile(Path.of("/secrets/m"), null));
        S3Account n = of("n", options);
        assertThat(n.region()).isEqualTo("eu-west-1");
        assertThat(n.credentials()).isEqualTo(new S3Credentials.Keys("id", "secret", null));
    }

    @Test
    void refusesWhatContradictsItself() {
        assertRefused("together", S3Options.none().with("access-key-id", "id"));
        assertRefused("together", S3Options.none().with("session-token", "token"));
        assertRefused(
                "exclude each other", S3Options.none().with("anonymous", "true").with("profile", "p"));
    }

    @Test
    void refusesEndpointsThatAreNoneAndShowsNoPassword() {
        assertRefused("expected http://HOST:PORT", S3Options.none().with("endpoint", "minio:9000"));
        assertRefused("expected http://HOST:PORT", S3Options.none().with("endpoint", "not an address"));
        assertRefused("with a password", S3Options.none().with("endpoint", "http://user:hidden@host"));
        ServingException refused = catchThrowableOfType(
                ServingException.class,
                () -> all(S3Options.none().with("endpoint", "http://user:hidden@host"), Map.of()));
        assertThat(refused.getMessage()).doesNotContain("hidden");
    }

    @Test
    void showsNoSecretAsText() {
        S3Account account = all(
                S3Options.none()
                        .with("access-key-id", "an-id")
                        .with("secret-access-key", "a-secret")
                        .with("session-token", "a-token"),
                Map.of());
        assertThat(account.toString()).doesNotContain("an-id", "a-secret", "a-token");
    }
}
