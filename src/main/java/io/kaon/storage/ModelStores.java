package io.kaon.storage;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The stores by scheme, which are closed with this. For a scheme there may be several, each with an account of its
/// own. Safe for use by several threads.
public final class ModelStores implements AutoCloseable {
    /// The account of all models that have none of their own.
    public static final String USUAL = "";

    private final Map<String, OfScheme> byScheme = new TreeMap<>();

    /// One for each scheme.
    public ModelStores(Map<String, ? extends ModelStore> byScheme) {
        byScheme.forEach((scheme, store) -> this.byScheme.put(scheme, new OfScheme(() -> Map.of(USUAL, store))));
    }

    private ModelStores(ModelStores these, String scheme, OfScheme stores) {
        byScheme.putAll(these.byScheme);
        byScheme.put(scheme, stores);
    }

    /// The stores of one scheme, by account.
    private static final class OfScheme {
        private final Supplier<? extends Map<String, ? extends ModelStore>> maker;
        private @Nullable Map<String, ModelStore> made;

        OfScheme(Supplier<? extends Map<String, ? extends ModelStore>> maker) {
            this.maker = maker;
        }

        synchronized Map<String, ModelStore> get() {
            Map<String, ModelStore> stores = made;
            if (stores == null) {
                stores = Map.copyOf(maker.get());
                made = stores;
            }
            return stores;
        }

        synchronized void close() {
            if (made != null) {
                made.values().forEach(ModelStore::close);
            }
        }
    }

    /// These, which are not to be used any more, and those of one more scheme.
    ///
    /// @param maker makes the stores by account, one of them [#USUAL], when the first location with that scheme
    ///     is asked for: where there is none, not even their classes are loaded
    public ModelStores with(String scheme, Supplier<? extends Map<String, ? extends ModelStore>> maker) {
        return new ModelStores(this, scheme, new OfScheme(maker));
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
        OfScheme stores = byScheme.get(location.scheme());
        if (stores == null) {
            throw new ServingException(
                    ErrorKind.UNSUPPORTED,
                    "no store reads " + location + ": expected a scheme of " + byScheme.keySet() + ", got \""
                            + location.scheme() + "\"");
        }
        ModelStore own = stores.get().get(account);
        ModelStore store = own == null ? stores.get().get(USUAL) : own;
        if (store == null) {
            throw new IllegalStateException("no store of " + location.scheme() + " for models without an account");
        }
        return store;
    }

    @Override
    public void close() {
        byScheme.values().forEach(OfScheme::close);
    }
}
