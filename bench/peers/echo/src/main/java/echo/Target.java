package echo;

/// What is asked for: `/echo/SIZE` or `/run/MODEL/ROWS/SIZE`, over gRPC without the first slash.
///
/// @param model what is run first; empty for nothing
/// @param rows of its input
/// @param size bytes of the answer
record Target(String model, String rows, int size) {
    static Target of(String path) {
        String[] parts = path.substring(path.startsWith("/") ? 1 : 0).split("/", -1);
        int size = Integer.parseInt(parts[parts.length - 1]);
        return parts[0].equals("run") ? new Target(parts[1], parts[2], size) : new Target("", "", size);
    }

    void run(Runs runs) {
        if (!model.isEmpty()) {
            runs.once(model, rows);
        }
    }
}
