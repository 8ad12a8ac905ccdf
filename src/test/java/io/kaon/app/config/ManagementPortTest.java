package io.kaon.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ManagementPortTest {
    private static final String REST = "quarkus.http.port";
    private static final String GRPC = "kaon.grpc.port";

    @Test
    void isItsOwnWhereNoOtherHasIt() {
        assertThat(port(Map.of())).isEqualTo(9000);
        assertThat(port(Map.of(REST, "8080", GRPC, "9001"))).isEqualTo(9000);
    }

    @Test
    void makesRoomForThoseThatWereGivenIt() {
        assertThat(port(Map.of(GRPC, "9000"))).isEqualTo(9001);
        assertThat(port(Map.of(REST, "9000"))).isEqualTo(9001);
        assertThat(port(Map.of(REST, "9001", GRPC, "9000"))).isEqualTo(9002);
        assertThat(ManagementPort.candidates()).containsExactly(9000, 9001, 9002);
    }

    /// Two ports that are the same are refused where both were asked for.
    @Test
    void isWhatTheOptionsSay() {
        assertThat(port(Map.of(ManagementPort.OPTION, "7", GRPC, "9000"))).isEqualTo(7);
        assertThat(port(Map.of(ManagementPort.OPTION, "9000", GRPC, "9000"))).isEqualTo(9000);
        assertThatThrownBy(() -> port(Map.of(ManagementPort.OPTION, "many")))
                .hasMessage("quarkus.management.port: expected a port, got \"many\"");
    }

    @Test
    void isWantedByTheCommandLineOrTheEnvironment() {
        assertThat(ManagementPort.isWanted(Map.of(), Map.of())).isFalse();
        assertThat(ManagementPort.isWanted(Map.of(GRPC, "8500", REST, "8501"), Map.of("KAON_GRPC_PORT", "1")))
                .isFalse();
        assertThat(ManagementPort.isWanted(Map.of(GRPC, "9000"), Map.of())).isTrue();
        assertThat(ManagementPort.isWanted(Map.of(), Map.of("QUARKUS_HTTP_PORT", "9000")))
                .isTrue();
    }

    private static int port(Map<String, String> options) {
        return ManagementPort.of(name -> Optional.ofNullable(options.get(name)));
    }
}
