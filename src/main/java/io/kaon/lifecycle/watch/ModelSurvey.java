package io.kaon.lifecycle.watch;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.ModelFolder;
import io.kaon.model.ModelFiles;
import io.kaon.model.ServingException;
import io.kaon.storage.Listing;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStores;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a server with a declaration would load, found by one look and without loading it: for commands.
///
/// @param models in the order of the declaration, those of a folder by name
/// @param others a line for each directory in the folder that is no model, and for files that would be one
public record ModelSurvey(List<Surveyed> models, List<String> others) {
    /// @param versions that would be loaded, by number, each with the place of its files
    /// @param problem what hinders the model as a whole; null if nothing does
    public record Surveyed(
            DesiredModel model,
            SortedMap<Long, Location> versions,
            @Nullable String problem) {}

    /// @throws ServingException when the declaration's folder cannot be read
    public static ModelSurvey of(DesiredModels.Declaration declaration, ModelStores stores, ModelFiles modelFiles) {
        List<Surveyed> models = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (DesiredModel model : declaration.models()) {
            look(model, stores, modelFiles, models, null);
        }
        ModelFolder folder = declaration.folder();
        if (folder != null) {
            Listing found = stores.of(folder.location()).list(folder.location());
            ModelFolder.loose(folder.location(), found, modelFiles).ifPresent(others::add);
            for (String name : new TreeSet<>(ModelFolder.models(found.directories()))) {
                look(folder.model(name), stores, modelFiles, models, others);
            }
        }
        return new ModelSurvey(List.copyOf(models), List.copyOf(others));
    }

    /// @param others null for a model that was declared by name, which is one whatever its place holds
    private static void look(
            DesiredModel model,
            ModelStores stores,
            ModelFiles modelFiles,
            List<Surveyed> models,
            @Nullable List<String> others) {
        try {
            Listing found = stores.of(model.base(), model.options().account()).list(model.base());
            VersionListing listing = VersionListing.of(model.base(), found, modelFiles);
            if (others != null && listing.versions().isEmpty()) {
                others.add(listing.noModel(model.base(), found, modelFiles));
            } else {
                models.add(surveyed(model, listing));
            }
        } catch (ServingException unreadable) {
            models.add(new Surveyed(model, new TreeMap<>(), unreadable.getMessage()));
        }
    }

    private static Surveyed surveyed(DesiredModel model, VersionListing listing) {
        SortedMap<Long, Location> chosen = new TreeMap<>(listing.versions());
        boolean _ = chosen.keySet().retainAll(model.policy().aspired(new TreeSet<>(chosen.keySet())));
        return new Surveyed(model, chosen, listing.problem(model, chosen.isEmpty()));
    }
}
