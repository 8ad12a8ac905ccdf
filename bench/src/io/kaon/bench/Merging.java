package io.kaon.bench;

/// Whether Kaon puts requests that wait together into one run. The only place that knows the option.
enum Merging {
    ON("kaon", "-Dkaon.batch.merge=auto"),
    OFF("kaon, unmerged", "-Dkaon.batch.merge=off");

    /// The server's name in the table.
    private final String label;

    private final String argument;

    Merging(String label, String argument) {
        this.label = label;
        this.argument = argument;
    }

    String label() {
        return label;
    }

    String argument() {
        return argument;
    }
}
