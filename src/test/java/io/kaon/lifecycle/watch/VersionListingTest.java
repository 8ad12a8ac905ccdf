package io.kaon.lifecycle.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.storage.Location;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class VersionListingTest {
    private static final Location BASE = Location.parse("/models/m");

    @Test
    void takesNamesThatAreNumbers() {
        VersionListing listing = VersionListing.of(
                BASE, List.of("+5", "-3", "0", "007", "1", "1.5", "2x", "9223372036854775807", "x", "١"));
        assertThat(listing.versions().keySet()).containsExactly(0L, 1L, 7L, Long.MAX_VALUE);
        assertThat(listing.versions()).containsEntry(7L, BASE.child("007"));
        assertThat(listing.twins()).isNull();
    }

    @Test
    void passesOverNumbersThatFitNoLong() {
        assertThat(VersionListing.of(BASE, List.of("20260101000000000000", "9223372036854775808", "9".repeat(5000)))
                        .versions())
                .isEmpty();
    }

    @Test
    void takesTheLastOfTwoNamesForOneNumberAndSaysSo() {
        VersionListing listing = VersionListing.of(BASE, List.of("001", "1"));
        assertThat(listing.versions()).containsOnly(Map.entry(1L, BASE.child("1")));
        assertThat(listing.twins()).isEqualTo("/models/m/001 and /models/m/1 are both version 1: the latter is used");
    }

    @Test
    void saysWhatToDoAboutANameThatWasMeantForAVersion() {
        assertThat(VersionListing.of(BASE, List.of("v1")).advice()).isEqualTo("rename `v1` to 1");
        assertThat(VersionListing.of(BASE, List.of("version_12")).advice()).isEqualTo("rename `version_12` to 12");
        assertThat(VersionListing.of(BASE, List.of("1.0.3")).advice()).isEqualTo("rename `1.0.3` to 1");
        for (String other : List.of("variables", "v", "1", "20260101000000000000", "v".repeat(5000))) {
            assertThat(VersionListing.of(BASE, List.of(other)).advice())
                    .as(other)
                    .isNull();
        }
    }
}
