package io.kaon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerAddressTest {
    @ParameterizedTest
    @CsvSource({
        "http://host:8501, http://host:8501",
        "host:8501, http://host:8501",
        "localhost, http://localhost:80",
        "https://host, https://host:443",
        "HTTPS://host/a/b/, https://host:443/a/b",
        "http://[::1]:8501, http://[::1]:8501"
    })
    void readsAddressesOfRest(String text, String url) {
        assertThat(ServerAddress.rest(text).url()).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource({
        "host:8500, grpc://host:8500",
        "grpc://host:8500, grpc://host:8500",
        "grpcs://host:443, grpcs://host:443",
        "[::1]:8500, grpc://[::1]:8500"
    })
    void readsAddressesOfGrpc(String text, String target) {
        assertThat(ServerAddress.grpc(text).target()).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ftp://host",
                "grpc://host:1",
                "http://",
                "http://host:99999",
                "http://ho st",
                "http://host?a",
                "http://host#a",
                "http://a_b:1",
                "host:port"
            })
    void refusesWhatIsNoAddressOfRest(String text) {
        assertThatThrownBy(() -> ServerAddress.rest(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected http://host:port or https://host:port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http://host:8501", "host", "grpc://host", "host:8500/path"})
    void refusesWhatIsNoAddressOfGrpc(String text) {
        assertThatThrownBy(() -> ServerAddress.grpc(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected host:port");
    }

    @Test
    void doesNotRepeatAPassword() {
        assertThatThrownBy(() -> ServerAddress.rest("http://me:secret@host:1"))
                .hasMessageNotContaining("secret")
                .hasMessageContaining("without a user");
    }
}
