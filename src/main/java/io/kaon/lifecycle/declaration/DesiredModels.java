package io.kaon.lifecycle.declaration;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// What the operator declared, replaceable while the server runs. A replacement is looked at without waiting for the
/// next poll: what it no longer names is unloaded, what it names anew is loaded.
///
/// Safe for use by all threads. The declaration is replaced whole, so no reader sees half of one.
public final class DesiredModels {
    /// @param models names differ
    /// @param folder further models by directory; a model declared by name hides one of that name in the folder
    public record Declaration(
            List<DesiredModel> models, @Nullable ModelFolder folder) {
        public Declaration {
            models = List.copyOf(models);
            Set<String> names = new HashSet<>();
            for (DesiredModel model : models) {
                if (!names.add(model.name())) {
                    throw new IllegalArgumentException("model `" + model.name() + "` is declared twice");
                }
            }
        }

        /// What is different from an earlier declaration, an entry for each model and label, such as `iris: label
        /// stable 1 → 2`; none if nothing is.
        public List<String> changesFrom(Declaration before) {
            Map<String, DesiredModel> old = byName(before);
            Map<String, DesiredModel> now = byName(this);
            List<String> changes = new ArrayList<>();
            now.forEach((name, model) -> {
                DesiredModel was = old.get(name);
                if (was == null) {
                    changes.add(name + ": new, from " + model.base());
                } else {
                    changes.addAll(model.changesFrom(was));
                }
            });
            old.keySet().stream()
                    .filter(name -> !now.containsKey(name))
                    .forEach(name -> changes.add(name + ": removed"));
            if (!Objects.equals(before.folder, folder)) {
                changes.add("folder " + (before.folder == null ? "none" : before.folder.location()) + " → "
                        + (folder == null ? "none" : folder.location()));
            }
            return changes;
        }

        /// The same with other labels. A model of the folder that gets labels is declared by name; one that has none
        /// any more is the folder's again.
        ///
        /// @param changes by model and label; a version below zero takes the label away
        /// @param served names of what there is, among it the models of the folder
        /// @throws io.kaon.model.ServingException MODEL_NOT_FOUND
        public Declaration relabelled(Map<String, Map<String, Long>> changes, Set<String> served) {
            return Relabelling.of(this, changes, served);
        }

        private static Map<String, DesiredModel> byName(Declaration declaration) {
            Map<String, DesiredModel> models = new TreeMap<>();
            declaration.models.forEach(model -> models.put(model.name(), model));
            return models;
        }
    }

    /// A declaration that is being worked on.
    ///
    /// @param settled completed by the reconciler, cancelled by the next replacement
    public record Pending(Declaration declaration, CompletableFuture<Void> settled) {
        Pending(Declaration declaration) {
            this(declaration, new CompletableFuture<>());
        }
    }

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Pending pending;

    public DesiredModels(Declaration initial) {
        this.pending = new Pending(initial);
    }

    /// These models, and no folder.
    public static DesiredModels of(DesiredModel... models) {
        return new DesiredModels(new Declaration(List.of(models), null));
    }

    /// Every model in a folder.
    public static DesiredModels of(ModelFolder folder) {
        return new DesiredModels(new Declaration(List.of(), folder));
    }

    public Declaration current() {
        return pending.declaration;
    }

    /// The declaration that holds, with the means to say that it has been carried out.
    public Pending pending() {
        return pending;
    }

    /// Replaces the declaration at once; carrying it out takes its time.
    ///
    /// The result completes, on the reconciler's thread, when every declared model that served no version at
    /// that moment does or has failed its first attempt. It is cancelled when another declaration takes its
    /// place before. It does neither if the server is stopped.
    public synchronized CompletableFuture<Void> replace(Declaration next) {
        Pending before = pending;
        Pending fresh = new Pending(next);
        pending = fresh;
        boolean _ = before.settled.cancel(false);
        listeners.forEach(Runnable::run);
        return fresh.settled.copy();
    }

    /// Called after each replacement, on the thread that replaced; must not block.
    public void onReplace(Runnable listener) {
        listeners.add(listener);
    }
}
