package io.kaon.lifecycle.watch;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.watch.AspiredModel.Found;
import io.kaon.lifecycle.watch.AspiredModel.Unreadable;
import io.kaon.model.ModelFiles;
import io.kaon.model.ModelId;
import io.kaon.model.ServingException;
import io.kaon.storage.Listing;
import io.kaon.storage.ModelStore;
import io.kaon.storage.ModelStores;
import io.kaon.storage.StoredVersion;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Looks at one model: one listing of its base, and a description of those versions of which it is not known that they
/// are complete ([StableVersions]). Remembers what earlier looks saw. Used by one look at a time.
final class ModelLook {
    private static final Logger LOG = Logger.getLogger(ModelLook.class);

    private final ModelStores stores;
    private final ModelFiles modelFiles;
    private final StableVersions stable;
    private boolean toldThatItIsNoModel;
    private boolean toldThatItIsUnversioned;

    /// @param modelFiles those that make a directory a model's even if it holds no versions
    /// @param serves whether a version serves
    ModelLook(ModelStores stores, ModelFiles modelFiles, Predicate<ModelId> serves) {
        this.stores = stores;
        this.modelFiles = modelFiles;
        this.stable = new StableVersions(serves);
    }

    /// @param optional a directory in the folder, which is a model only if it holds versions
    /// @param known it was one at the last look
    /// @return nothing for a directory that is no model
    /// @throws ServingException if the directory cannot be read and nothing tells that it is a model
    Optional<AspiredModel> look(DesiredModel model, boolean optional, boolean known, Instant now) {
        try {
            ModelStore store = stores.of(model.base(), model.options().account());
            VersionListing listing = listing(model, optional, store);
            if (optional && listing.versions().isEmpty()) {
                stable.forget();
                return Optional.empty();
            }
            SortedMap<Long, StoredVersion> aspired = stable.aspired(listing.versions(), model, store, now);
            return Optional.of(new AspiredModel(
                    model, new Found(aspired, stable.isUnsettled(), problem(model, listing, aspired))));
        } catch (ServingException unreadable) {
            if (optional && !known) {
                throw unreadable;
            }
            return Optional.of(new AspiredModel(model, new Unreadable(unreadable.getMessage())));
        }
    }

    /// The versions in the model's directory. Where there are none, the directory may be one itself.
    private VersionListing listing(DesiredModel model, boolean optional, ModelStore store) {
        Listing found = store.list(model.base());
        VersionListing listing = VersionListing.of(model.base(), found, modelFiles);
        if (listing.versions().isEmpty()) {
            if (optional && !toldThatItIsNoModel) {
                toldThatItIsNoModel = true;
                LOG.info(listing.noModel(model.base(), found, modelFiles));
            }
            return listing;
        }
        toldThatItIsNoModel = false;
        if (!listing.isUnversioned(model.base())) {
            toldThatItIsUnversioned = false;
        } else if (!toldThatItIsUnversioned) {
            toldThatItIsUnversioned = true;
            LOG.infof(
                    "model `%s`: %s is a model and not a directory of versions, so it is served as version %d",
                    model.name(), model.base(), VersionListing.UNVERSIONED);
        }
        return listing;
    }

    private @Nullable String problem(
            DesiredModel model, VersionListing listing, SortedMap<Long, StoredVersion> aspired) {
        return stable.problem() != null
                ? stable.problem()
                : listing.problem(model, aspired.isEmpty() && !stable.isUnsettled());
    }
}
