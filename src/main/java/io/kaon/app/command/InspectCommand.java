package io.kaon.app.command;

/// `inspect`: prints a model's signatures.
public final class InspectCommand {
    private InspectCommand() {}

    public static Command command() {
        return ModelLook.command("Prints a model's signatures.", (_, session, out) -> {
            ModelLook.printSignatures(session, out);
            return 0;
        });
    }
}
