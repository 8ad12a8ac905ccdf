package io.kaon.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AcceptedCodingsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "GZip",
                "*",
                "br, gzip",
                " gzip\t",
                "gzip;q=1",
                "gzip ; q = 0.5",
                "gzip;q=0.001",
                "identity;q=0, *;q=0.1",
                "gzip;q=0, gzip"
            })
    void takesGzip(String header) {
        assertThat(AcceptedCodings.takesGzip(header)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ",", "br", "identity", "gzip;q=0", "gzip; Q = 0.000", "*;q=0", "gzi p", "x-gzip", "gzip0;q=1"
            })
    void doesNotTakeGzip(String header) {
        assertThat(AcceptedCodings.takesGzip(header)).isFalse();
    }

    @Test
    void isNotTakenForGrantedWithoutTheHeader() {
        assertThat(AcceptedCodings.takesGzip(null)).isFalse();
    }

    /// With time that grows with the square of the length, each of these would take days.
    @ParameterizedTest
    @ValueSource(strings = {" ", "\t", ";", "; ", ",", "gzip;q=0", "q=", "0", "gzip ; ;q"})
    void readsTenMillionCharactersAtOnce(String repeated) {
        String header = "gzip;q=0" + repeated.repeat(10_000_000 / repeated.length()) + "x";
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> AcceptedCodings.takesGzip(header));
    }
}
