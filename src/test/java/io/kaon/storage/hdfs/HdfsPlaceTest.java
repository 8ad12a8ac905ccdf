package io.kaon.storage.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which server, and which path there.
final class HdfsPlaceTest {
    @ParameterizedTest
    @CsvSource({
        "webhdfs://nn:9870/models/m, nn:9870, /models/m",
        "hdfs://nn.example:8020, nn.example:8020, /",
        "hdfs://a_nameservice/a%2Fb c, a_nameservice, /a%2Fb c",
        "webhdfs://[::1]:9870/m, [::1]:9870, /m"
    })
    void isAServerAndAPath(String location, String authority, String path) {
        HdfsPlace place = HdfsPlace.of(Location.parse(location));
        assertThat(place.authority()).isEqualTo(authority);
        assertThat(place.path()).isEqualTo(path);
        assertThat(location).startsWith(place.server());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hdfs://a b/m", "hdfs://nn:port/m", "hdfs://nn:1:2/m", "hdfs://nn?x=1/m"})
    void refusesWhatIsNoServer(String location) {
        ServingException refused =
                catchThrowableOfType(ServingException.class, () -> HdfsPlace.of(Location.parse(location)));
        assertThat(refused.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(refused).hasMessageStartingWith(location + ": expected hdfs://HOST:PORT/PATH");
    }

    @Test
    void saysWhereAUserBelongs() {
        assertThat(catchThrowableOfType(
                        ServingException.class, () -> HdfsPlace.of(Location.parse("webhdfs://ann@nn:9870/m"))))
                .hasMessageContaining("kaon.hdfs.user");
    }
}
