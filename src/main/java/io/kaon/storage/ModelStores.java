package io.kaon.storage;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.Map;
import java.util.TreeMap;

/// The stores by scheme, which are closed with this. For a scheme there may be several, each with an account of its
/// own.
/// Immutable.
public final class ModelStores implements AutoCloseable {
    /// The account of all models that have none of their own.
    public static final String USUAL = "";

    private final Map<String, Map<String, ModelStore>> byScheme = new TreeMap<>();

    /// One for each scheme.
    public ModelStores(Map<String, ? extends ModelStore> byScheme) {
        byScheme.forEach((scheme, store) -> this.byScheme.put(scheme, Map.of(USUAL, store)));
    }

    private ModelStores(ModelStores these, String scheme, Map<String, ? extends ModelStore> byAccount) {
        this.byScheme.putAll(these.byScheme);
        this.byScheme.put(scheme, Map.copyOf(byAccount));
    }

    /// These, and those of one more scheme.
    ///
    /// @param byAccount one of them is [#USUAL]
    public ModelStores with(String scheme, Map<String, ? extends ModelStore> byAccount) {
        if (!byAccount.containsKey(USUAL)) {
            throw new IllegalArgumentException("no store for those without an account of their own");
        }
        return new ModelStores(this, scheme, byAccount);
    }

    /// The store that reads this location for all who have no account of their own.
    ///
    /// @throws ServingException UNSUPPORTED, naming the schemes there are
    public ModelStore of(Location location) {
        return of(location, USUAL);
    }

    /// The store that reads this location.
    ///
    /// @param account where its scheme has none of that name, the usual one
    /// @throws ServingException UNSUPPORTED, naming the schemes there are
    public ModelStore of(Location location, String account) {
        Map<String, ModelStore> stores = byScheme.get(location.scheme());
        ModelStore store = stores == null ? null : stores.getOrDefault(account, stores.get(USUAL));
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
        byScheme.values().forEach(stores -> stores.values().forEach(ModelStore::close));
    }
}
