package io.kaon.protocol.tfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.FileAccess;
import io.kaon.model.ServingException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/// A file that a flag of TensorFlow Serving names.
///
/// @param what it is called in messages, for example `model config file`
public record TfsConfigFile(String what, Path path) {
    /// Reads it.
    ///
    /// @param parse may throw a [ServingException] that says what is wrong, and where
    /// @throws ServingException INVALID_REQUEST, or of the parser's kind; naming the file
    public <T> T read(Function<String, T> parse) {
        return parse(text(), parse);
    }

    /// What the file holds now.
    ///
    /// @throws ServingException INVALID_REQUEST, naming the file
    public String text() {
        try {
            return Files.readString(path);
        } catch (CharacterCodingException _) {
            throw unreadable("it is not UTF-8 text");
        } catch (IOException failure) {
            throw unreadable(FileAccess.words(failure));
        }
    }

    /// Understands a text that the file held.
    ///
    /// @throws ServingException as the parser, naming the file
    public <T> T parse(String text, Function<String, T> parse) {
        try {
            return parse.apply(text);
        } catch (ServingException invalid) {
            throw new ServingException(invalid.kind(), what + " " + path + ": " + invalid.getMessage());
        }
    }

    private ServingException unreadable(String why) {
        return new ServingException(ErrorKind.INVALID_REQUEST, what + " " + path + ": " + why);
    }
}
