package io.kaon.protocol.tfs;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.protocol.tfs.TfsReloadGuard.Access;
import io.kaon.protocol.tfs.TfsReloadGuard.Caller;
import io.kaon.storage.Location;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TfsReloadGuardTest {
    private static final InetSocketAddress NEAR = new InetSocketAddress(InetAddress.ofLiteral("::1"), 1);
    private static final InetSocketAddress FAR = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 1);
    private static final List<Location> MODELS = List.of(Location.parse("/models"));

    @Test
    void listensToThisMachineOnlyUnlessToldOtherwise() {
        TfsReloadGuard local = new TfsReloadGuard(Access.LOCAL, Optional.empty(), List.of());
        assertThatCode(() -> local.admit(new Caller(NEAR, null))).doesNotThrowAnyException();
        assertThatThrownBy(() -> local.admit(new Caller(FAR, null)))
                .hasMessageStartingWith("PERMISSION_DENIED: ")
                .hasMessageContaining("192.0.2.7", "kaon.admin.reload=on");
        assertThatThrownBy(() -> local.admit(new Caller(null, null))).hasMessageStartingWith("PERMISSION_DENIED: ");
        TfsReloadGuard on = new TfsReloadGuard(Access.ON, Optional.empty(), MODELS);
        assertThatCode(() -> on.admit(new Caller(FAR, null))).doesNotThrowAnyException();
        TfsReloadGuard off = new TfsReloadGuard(Access.OFF, Optional.empty(), List.of());
        assertThatThrownBy(() -> off.admit(new Caller(NEAR, null)))
                .hasMessageStartingWith("PERMISSION_DENIED: ")
                .hasMessageContaining("kaon.admin.reload=local");
    }

    @Test
    void asksForTheTokenAndNeverSaysIt() {
        TfsReloadGuard guard = new TfsReloadGuard(Access.ON, Optional.of("secret"), List.of());
        assertThatCode(() -> guard.admit(new Caller(FAR, "Bearer secret"))).doesNotThrowAnyException();
        assertThatCode(() -> guard.admit(new Caller(FAR, "bearer secret"))).doesNotThrowAnyException();
        for (String wrong : List.of("Bearer secre", "Bearer secrets", "Bearer", "secret", "Basic secret", "")) {
            assertThatThrownBy(() -> guard.admit(new Caller(FAR, wrong)))
                    .hasMessageStartingWith("UNAUTHENTICATED: ")
                    .hasMessageEndingWith("another one was sent")
                    .hasMessageNotContaining("secret");
        }
        assertThatThrownBy(() -> guard.admit(new Caller(FAR, null))).hasMessageEndingWith("none was sent");
    }

    @Test
    void keepsModelsWithinTheAllowedPlaces() {
        TfsReloadGuard guard = new TfsReloadGuard(Access.LOCAL, Optional.empty(), MODELS);
        assertThatCode(() -> guard.admit(model("/models/a/b"))).doesNotThrowAnyException();
        assertThatCode(() -> guard.admit(model("/models"))).doesNotThrowAnyException();
        for (String outside : List.of("/models-old", "/etc", "s3://models/a")) {
            assertThatThrownBy(() -> guard.admit(model(outside)))
                    .hasMessageStartingWith("PERMISSION_DENIED: ")
                    .hasMessageContaining(outside)
                    .hasMessageContaining("kaon.admin.allowed-locations");
        }
        TfsReloadGuard root = new TfsReloadGuard(Access.LOCAL, Optional.empty(), List.of(Location.parse("/")));
        assertThatCode(() -> root.admit(model("/etc"))).doesNotThrowAnyException();
    }

    @Test
    void isNotMadeToLetEveryoneNameEveryPlace() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TfsReloadGuard(Access.ON, Optional.empty(), List.of()))
                .withMessageContaining("kaon.admin.token");
    }

    private static DesiredModels.Declaration model(String base) {
        return new DesiredModels.Declaration(List.of(DesiredModel.of("m", Location.parse(base))), null);
    }
}
