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

    /// Set in a native executable and while one is built.
    private static final boolean EXECUTABLE = System.getProperty("org.graalvm.nativeimage.imagecode") != null;

    private final Map<String, OfScheme> byScheme = new TreeMap<>();
    /// By scheme, why no store reads it although one could.
    private final Map<String, String> leftOut = new TreeMap<>();

    /// One for each scheme.
    public ModelStores(Map<String, ? extends ModelStore> byScheme) {
        byScheme.forEach((scheme, store) -> this.byScheme.put(scheme, new OfScheme(() -> Map.of(USUAL, store))));
    }

    private ModelStores(ModelStores these) {
        byScheme.putAll(these.byScheme);
        leftOut.putAll(these.leftOut);
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
        ModelStores more = new ModelStores(this);
        more.byScheme.put(scheme, new OfScheme(maker));
        return more;
    }

    /// These, which are not to be used any more, and a scheme that this build has no client for. The refusal of its
    /// locations says how to get one.
    ///
    /// @param store what people call it
    /// @param profile of Maven, which builds the client in
    public ModelStores leftOut(String scheme, String store, String profile) {
        ModelStores more = new ModelStores(this);
        String made = "`./kaon build -P" + profile + "`";
        more.leftOut.put(
                scheme,
                EXECUTABLE
                        ? store + " is left out of the native executable; use the server that " + made + " makes"
                        : store + " is left out of this build; build it in with " + made);
        return more;
    }

    /// The store that reads this location for all who have no account of their own.
    ///
    /// @throws ServingException UNSUPPORTED, naming the schemes there are, or what has a store for this one
    public ModelStore of(Location location) {
        return of(location, USUAL);
    }

    /// The store that reads this location.
    ///
    /// @param account where its scheme has none of that name, the usual one
    /// @throws ServingException UNSUPPORTED, naming the schemes there are, or what has a store for this one
    public ModelStore of(Location location, String account) {
        OfScheme stores = byScheme.get(location.scheme());
        if (stores == null) {
            String why = leftOut.getOrDefault(
                    location.scheme(),
                    "expected a scheme of " + byScheme.keySet() + ", got \"" + location.scheme() + "\"");
            throw new ServingException(ErrorKind.UNSUPPORTED, "no store reads " + location + ": " + why);
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
