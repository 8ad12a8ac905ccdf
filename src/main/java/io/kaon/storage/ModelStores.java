package io.kaon.storage;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.Map;
import java.util.TreeMap;

/// The stores by scheme, which are closed with this. Immutable.
public final class ModelStores implements AutoCloseable {
    private final Map<String, ModelStore> byScheme;

    public ModelStores(Map<String, ? extends ModelStore> byScheme) {
        this.byScheme = new TreeMap<>(byScheme);
    }

    /// The store that reads this location.
    ///
    /// @throws ServingException UNSUPPORTED, naming the schemes there are
    public ModelStore of(Location location) {
        ModelStore store = byScheme.get(location.scheme());
        if (store == null) {
            throw new ServingException(
                    ErrorKind.UNSUPPORTED,
                    "no store reads " + location + ": expected a scheme of " + byScheme.keySet() + ", got \""
                            + location.scheme() + "\"");
        }
        return store;
    }

    @Override
    public void close() {
        byScheme.values().forEach(ModelStore::close);
    }
}
