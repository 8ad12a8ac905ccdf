package io.kaon.kubernetes;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The forms of names that the API server knows, and where it wants which.
enum Names {
    SUBDOMAIN("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", 253),
    LABEL("[a-z0-9]([-a-z0-9]*[a-z0-9])?", 63),
    /// That of what becomes a name in DNS itself.
    SERVICE("[a-z]([-a-z0-9]*[a-z0-9])?", 63),
    PORT("(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*", 15),
    VARIABLE("[ -<>-~]+", Integer.MAX_VALUE),
    /// The key of a label or an annotation, with or without the domain that it belongs to.
    KEY("([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?", 317),
    LABEL_VALUE("([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?", 63);

    private static final Set<String> LABELS = Set.of("labels", "matchLabels", "nodeSelector");

    private final Pattern form;
    private final int longest;

    Names(String form, int longest) {
        this.form = Pattern.compile(form);
        this.longest = longest;
    }

    void check(Place place, List<String> problems) {
        if (!place.isThere()) {
            return;
        }
        String name = place.text().orElse("");
        if (name.length() > longest || !form.matcher(name).matches()) {
            problems.add(place.path() + ": expected a name of the form " + form + " and of at most " + longest
                    + " characters, got " + place.value());
        }
    }

    /// Names, labels and annotations of a document and of all that is below it.
    static void checkMetadata(Place document, List<String> problems) {
        Place name = document.at("metadata", "name");
        if (!name.isThere()) {
            problems.add("/metadata/name: expected a name, got none");
        }
        boolean inDns = document.at("kind").text().filter("Service"::equals).isPresent();
        (inDns ? SERVICE : SUBDOMAIN).check(name, problems);
        LABEL.check(document.at("metadata", "namespace"), problems);
        for (Place place : document.all()) {
            String last = place.path().substring(place.path().lastIndexOf('/') + 1);
            boolean labels = LABELS.contains(last);
            if (labels || place.path().endsWith("metadata/annotations")) {
                for (Place below : place.below()) {
                    KEY.check(
                            new Place(
                                    below.path(),
                                    below.path().substring(place.path().length() + 1)),
                            problems);
                    if (labels) {
                        LABEL_VALUE.check(below, problems);
                    }
                }
            }
        }
    }
}
