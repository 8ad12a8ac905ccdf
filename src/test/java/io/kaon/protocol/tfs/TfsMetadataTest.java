package io.kaon.protocol.tfs;

import static io.kaon.protocol.tfs.GrpcConnection.assertFails;
import static io.kaon.protocol.tfs.GrpcConnection.shape;
import static io.kaon.protocol.tfs.GrpcConnection.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Int64Value;
import io.grpc.Status;
import io.kaon.protocol.tfs.proto.DataType;
import io.kaon.protocol.tfs.proto.GetModelMetadataRequest;
import io.kaon.protocol.tfs.proto.GetModelMetadataResponse;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.SignatureDef;
import io.kaon.protocol.tfs.proto.SignatureDefMap;
import io.kaon.protocol.tfs.proto.TensorInfo;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TfsMetadataTest {
    private final ServedModels served = new ServedModels();
    private final GrpcConnection connection = new GrpcConnection(served, false);

    @AfterEach
    void close() throws Exception {
        connection.close();
        served.close();
    }

    @Test
    void describesTheSignatures() throws Exception {
        GetModelMetadataResponse response =
                connection.prediction.getModelMetadata(metadata(spec("m"), "signature_def"));
        assertThat(response.getModelSpec())
                .isEqualTo(spec("m").setVersion(Int64Value.of(10)).build());
        assertThat(response.getMetadataMap()).containsOnlyKeys("signature_def");
        assertThat(response.getMetadataOrThrow("signature_def").getTypeUrl())
                .isEqualTo("type.googleapis.com/tensorflow.serving.SignatureDefMap");
        SignatureDefMap signatures =
                response.getMetadataOrThrow("signature_def").unpack(SignatureDefMap.class);
        assertThat(signatures.getSignatureDefMap()).containsOnlyKeys("serving_default", "optional");
        SignatureDef signature = signatures.getSignatureDefOrThrow("serving_default");
        assertThat(signature.getMethodName()).isEqualTo("tensorflow/serving/predict");
        assertThat(signature.getInputsOrThrow("x"))
                .isEqualTo(TensorInfo.newBuilder()
                        .setName("x")
                        .setDtype(DataType.DT_FLOAT)
                        .setTensorShape(shape(-1))
                        .build());
        assertThat(signature.getOutputsOrThrow("y").getTensorShape().getDim(0).getName())
                .isEqualTo("[\"a\",\"b\"]");
        assertThat(signature.getOutputsOrThrow("label").getTensorShape().getUnknownRank())
                .isTrue();
    }

    @Test
    void refusesMetadataThatItDoesNotHave() {
        assertFails(
                () -> connection.prediction.getModelMetadata(GetModelMetadataRequest.getDefaultInstance()),
                Status.Code.INVALID_ARGUMENT,
                "Missing ModelSpec");
        assertFails(
                () -> connection.prediction.getModelMetadata(metadata(spec("zz"))),
                Status.Code.INVALID_ARGUMENT,
                "GetModelMetadataRequest must specify at least one metadata_field");
        assertFails(
                () -> connection.prediction.getModelMetadata(metadata(spec("m"), "signature_def", "zz")),
                Status.Code.INVALID_ARGUMENT,
                "Metadata field zz is not supported");
        assertFails(
                () -> connection.prediction.getModelMetadata(metadata(spec("zz"), "signature_def")),
                Status.Code.NOT_FOUND,
                "Servable not found for request: Latest(zz)");
    }

    private static GetModelMetadataRequest metadata(ModelSpec.Builder spec, String... fields) {
        return GetModelMetadataRequest.newBuilder()
                .setModelSpec(spec)
                .addAllMetadataField(List.of(fields))
                .build();
    }
}
