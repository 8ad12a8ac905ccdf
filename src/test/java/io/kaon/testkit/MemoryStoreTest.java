package io.kaon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// The fake must keep the promises that the real stores keep; otherwise what is tested with it is not tested.
class MemoryStoreTest extends ModelStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected ModelStore store() {
        return store;
    }

    @Override
    protected Location root() {
        return Location.parse("memory://bucket/models");
    }

    @Override
    protected void put(Location file, byte[] content) {
        store.put(file, content);
    }

    @Override
    protected void remove(Location location) {
        store.remove(location);
    }

    @Override
    protected void makeDirectory(Location directory) {
        store.makeDirectory(directory);
    }

    @Override
    protected boolean copiesOnFetch() {
        return true;
    }

    @Override
    protected boolean canDenyReading() {
        return true;
    }

    @Override
    protected void denyReading(Location location) {
        store.failNext("no right to read " + location);
    }

    @Test
    void takesTheTimeOfChangeFromTheTest() {
        Location version = root().child("1");
        store.setTime(Instant.ofEpochSecond(10));
        put(version.child("a"), bytes("first"));
        store.setTime(Instant.ofEpochSecond(20));
        put(version.child("b"), bytes("second"));

        assertThat(store.describe(version).changed()).isEqualTo(Instant.ofEpochSecond(20));
    }

    @Test
    void removingIsAChange() {
        Location version = root().child("1");
        put(version.child("a"), bytes("first"));
        put(version.child("b"), bytes("second"));
        store.setTime(Instant.ofEpochSecond(30));
        remove(version.child("b"));

        assertThat(store.describe(version).changed()).isEqualTo(Instant.ofEpochSecond(30));
    }

    @Test
    void failsOnceWhenToldTo() {
        put(root().child("1").child("a"), bytes("content"));
        store.failNext("the network is down");

        assertThatThrownBy(() -> store.list(root()))
                .isInstanceOf(ServingException.class)
                .hasMessage("the network is down");
        assertThat(store.list(root()).directories()).containsExactly("1");
    }

    @Test
    void keepsTheBaseWhenTheLastVersionIsRemoved() {
        put(root().child("1").child("a"), bytes("content"));
        remove(root().child("1"));

        assertThat(store.list(root()).directories()).isEmpty();
    }

    @Test
    void saysSoWhenATestRemovesWhatIsNotThere() {
        assertThatThrownBy(() -> store.remove(root())).isInstanceOf(IllegalArgumentException.class);
    }
}
