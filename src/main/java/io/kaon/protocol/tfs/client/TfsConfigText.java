package io.kaon.protocol.tfs.client;

import io.kaon.protocol.tfs.ProtoText;
import io.kaon.protocol.tfs.proto.ModelConfig;
import io.kaon.protocol.tfs.proto.ModelServerConfig;
import java.util.List;

/// A configuration as its file has it, in protobuf's text form. Whether it can hold, the server says.
public record TfsConfigText(ModelServerConfig message) {
    /// @throws io.kaon.model.ServingException INVALID_REQUEST with line and column
    public static TfsConfigText read(String text) {
        return new TfsConfigText(
                ProtoText.read(text, ModelServerConfig.newBuilder()).build());
    }

    /// The names of the models, in the file's order.
    public List<String> models() {
        return message.getModelConfigList().getConfigList().stream()
                .map(ModelConfig::getName)
                .toList();
    }
}
