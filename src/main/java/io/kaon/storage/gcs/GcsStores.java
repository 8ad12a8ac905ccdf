package io.kaon.storage.gcs;

import io.kaon.storage.ModelStores;

/// The stores for the scheme `gs`, or word that the build leaves them out. This class names nothing of Google's, so it
/// is loaded where Google's client is not.
public final class GcsStores {
    public static final String SCHEME = "gs";

    /// A constant, so that a native executable is built without the code that names the client's classes.
    private static final boolean LEFT_OUT =
            GcsStores.class.getResource("/com/google/cloud/storage/Storage.class") == null;

    private GcsStores() {}

    /// These, which are not to be used any more, and those of Google Cloud Storage, which cost nothing before the first
    /// location there is asked for.
    public static ModelStores addTo(ModelStores these, GcsAccounts accounts) {
        return LEFT_OUT
                ? these.leftOut(SCHEME, "Google Cloud Storage", "gcs")
                : these.with(SCHEME, () -> GcsStore.byAccount(accounts));
    }
}
