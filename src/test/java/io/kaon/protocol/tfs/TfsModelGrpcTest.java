package io.kaon.protocol.tfs;

import static io.kaon.protocol.tfs.GrpcConnection.assertFails;
import static io.kaon.protocol.tfs.GrpcConnection.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Int64Value;
import io.grpc.Status;
import io.kaon.protocol.tfs.proto.Code;
import io.kaon.protocol.tfs.proto.GetModelStatusRequest;
import io.kaon.protocol.tfs.proto.GetModelStatusResponse;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.ModelVersionStatus;
import io.kaon.protocol.tfs.proto.StatusProto;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TfsModelGrpcTest {
    private final ServedModels served = new ServedModels();
    private final GrpcConnection connection = new GrpcConnection(served, false);

    @AfterEach
    void close() throws Exception {
        connection.close();
        served.close();
    }

    @Test
    void tellsTheStatusOfEveryVersionNewestFirst() {
        GetModelStatusResponse response =
                connection.model.getModelStatus(status(spec("m").setVersionLabel("ignored")));
        assertThat(response.getModelVersionStatusList())
                .extracting(ModelVersionStatus::getVersion, ModelVersionStatus::getState)
                .containsExactly(
                        tuple(11L, ModelVersionStatus.State.END),
                        tuple(10L, ModelVersionStatus.State.AVAILABLE),
                        tuple(2L, ModelVersionStatus.State.UNLOADING),
                        tuple(1L, ModelVersionStatus.State.LOADING),
                        tuple(0L, ModelVersionStatus.State.START));
        ModelVersionStatus failed = response.getModelVersionStatus(0);
        assertThat(failed.getStatus().getErrorCode()).isEqualTo(Code.INTERNAL);
        assertThat(failed.getStatus().getErrorMessage()).isEqualTo("disk is gone");
        assertThat(response.getModelVersionStatus(1).hasStatus()).isTrue();
        assertThat(response.getModelVersionStatus(1).getStatus().getErrorCode()).isEqualTo(Code.OK);
        assertThat(response.getModelVersionStatus(1).getStatus().getErrorMessage())
                .isEmpty();
        StatusProto loading = response.getModelVersionStatus(3).getStatus();
        assertThat(loading.getErrorCode()).isEqualTo(Code.OK);
        assertThat(loading.getErrorMessage()).isEqualTo("fetching");
    }

    @Test
    void tellsTheStatusOfOneVersion() {
        assertThat(connection
                        .model
                        .getModelStatus(status(spec("m").setVersion(Int64Value.of(0))))
                        .getModelVersionStatusList())
                .extracting(ModelVersionStatus::getVersion)
                .containsExactly(0L);
        assertFails(
                () -> connection.model.getModelStatus(status(spec("m").setVersion(Int64Value.of(9)))),
                Status.Code.NOT_FOUND,
                "Could not find version 9 of model m");
        assertFails(
                () -> connection.model.getModelStatus(status(spec("zz"))),
                Status.Code.NOT_FOUND,
                "Could not find any versions of model zz");
        assertFails(
                () -> connection.model.getModelStatus(GetModelStatusRequest.getDefaultInstance()),
                Status.Code.INVALID_ARGUMENT,
                "Missing ModelSpec");
    }

    private static GetModelStatusRequest status(ModelSpec.Builder spec) {
        return GetModelStatusRequest.newBuilder().setModelSpec(spec).build();
    }
}
