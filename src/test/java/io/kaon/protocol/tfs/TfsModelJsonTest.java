package io.kaon.protocol.tfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelId;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.VersionStatus;
import io.kaon.serving.ServedModel;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TfsModelJsonTest {
    @Test
    void writesStatusAsTheReferencePrintsIt() {
        assertThat(TfsModelJson.status(List.of(status(2, VersionStatus.Phase.AVAILABLE, null))))
                .isEqualTo("""
                        {
                         "model_version_status": [
                          {
                           "version": "2",
                           "state": "AVAILABLE",
                           "status": {
                            "error_code": "OK",
                            "error_message": ""
                           }
                          }
                         ]
                        }
                        """);
    }

    @Test
    void writesWhatWentWrong() {
        String json = TfsModelJson.status(List.of(
                status(2, VersionStatus.Phase.END, new ServingException(ErrorKind.ENGINE_FAILED, "not a \"model\"\n")),
                status(1, VersionStatus.Phase.LOADING, null)));
        JsonObject failed =
                new JsonObject(json).getJsonArray("model_version_status").getJsonObject(0);
        assertThat(failed.getString("state")).isEqualTo("END");
        assertThat(failed.getJsonObject("status").getString("error_code")).isEqualTo("INTERNAL");
        assertThat(failed.getJsonObject("status").getString("error_message")).isEqualTo("not a \"model\"\n");
        assertThat(json).contains("  },\n  {\n   \"version\": \"1\"");
    }

    /// Where nothing went wrong, the code says so: programs read that, and people the message.
    @Test
    void saysHowFarAFetchIs() {
        VersionStatus fetched = new VersionStatus(
                new ModelId("m", 3),
                "memory://m/3",
                VersionStatus.Phase.LOADING,
                null,
                null,
                "fetching: 1 B of 2 B (50%), 1 B/s",
                2,
                Duration.ZERO);
        JsonObject status = new JsonObject(TfsModelJson.status(List.of(fetched)))
                .getJsonArray("model_version_status")
                .getJsonObject(0)
                .getJsonObject("status");
        assertThat(status.getString("error_code")).isEqualTo("OK");
        assertThat(status.getString("error_message")).isEqualTo("fetching: 1 B of 2 B (50%), 1 B/s");
    }

    @Test
    void listsModelsWithTheirLabelsVersionsAndProblems() {
        List<VersionStatus> two = List.of(status(2, VersionStatus.Phase.AVAILABLE, null));
        Map<String, ServedModel> models = new LinkedHashMap<>();
        models.put("a", new ServedModel(new TreeMap<>(), Map.of("stable", 2L, "next", 3L), two, null));
        models.put("b", new ServedModel(new TreeMap<>(), Map.of(), List.of(), "cannot be read"));
        JsonArray list = new JsonObject(TfsModelJson.list(models)).getJsonArray("models");
        JsonObject first = list.getJsonObject(0);
        assertThat(first.getString("name")).isEqualTo("a");
        assertThat(first.getJsonObject("labels").encode()).isEqualTo("{\"next\":\"3\",\"stable\":\"2\"}");
        assertThat(first.getString("problem")).isEmpty();
        assertThat(first.getJsonArray("model_version_status"))
                .isEqualTo(new JsonObject(TfsModelJson.status(two)).getJsonArray("model_version_status"));
        assertThat(list.getJsonObject(1).encode())
                .isEqualTo("{\"name\":\"b\",\"labels\":{},\"model_version_status\":[],\"problem\":\"cannot be read\"}");
        assertThat(TfsModelJson.list(Map.of())).isEqualTo("{\n \"models\": []\n}\n");
    }

    @Test
    void writesMetadataAsTheReferencePrintsIt() {
        ModelSignature signature = ModelSignature.of(
                "serving_default",
                List.of(TensorSpec.of("x", DataType.FLOAT, Shape.of(-1))),
                List.of(TensorSpec.of("y", DataType.STRING, Shape.scalar())));
        assertThat(TfsModelJson.metadata(new ModelId("m", 1), Map.of("serving_default", signature)))
                .isEqualTo("""
                        {
                        "model_spec":{
                         "name": "m",
                         "signature_name": "",
                         "version": "1"
                        }
                        ,
                        "metadata": {"signature_def": {
                         "signature_def": {
                          "serving_default": {
                           "inputs": {
                            "x": {
                             "dtype": "DT_FLOAT",
                             "tensor_shape": {
                              "dim": [
                               {
                                "size": "-1",
                                "name": ""
                               }
                              ],
                              "unknown_rank": false
                             },
                             "name": "x"
                            }
                           },
                           "outputs": {
                            "y": {
                             "dtype": "DT_STRING",
                             "tensor_shape": {
                              "dim": [],
                              "unknown_rank": false
                             },
                             "name": "y"
                            }
                           },
                           "method_name": "tensorflow/serving/predict",
                           "defaults": {}
                          }
                         }
                        }
                        }
                        }
                        """);
    }

    @Test
    void saysWhenAnyShapeFits() {
        JsonObject shape = shapeOf(TensorSpec.of("y", DataType.INT64, null));
        assertThat(shape.getBoolean("unknown_rank")).isTrue();
        assertThat(shape.getJsonArray("dim")).isEmpty();
    }

    @Test
    void namesTheClassesInTheLastDimension() {
        JsonObject shape = shapeOf(
                new TensorSpec("y", DataType.FLOAT, Shape.of(-1, 2), true, List.of("setosa", "say \"x\"\u0001")));
        assertThat(shape.getJsonArray("dim").getJsonObject(0).getString("name")).isEmpty();
        assertThat(shape.getJsonArray("dim").getJsonObject(1).getString("name"))
                .isEqualTo("[\"setosa\",\"say \\\"x\\\"\\u0001\"]");
    }

    private static JsonObject shapeOf(TensorSpec output) {
        ModelSignature signature = ModelSignature.of("s", List.of(), List.of(output));
        return new JsonObject(TfsModelJson.metadata(new ModelId("m", 1), Map.of("s", signature)))
                .getJsonObject("metadata")
                .getJsonObject("signature_def")
                .getJsonObject("signature_def")
                .getJsonObject("s")
                .getJsonObject("outputs")
                .getJsonObject(output.name())
                .getJsonObject("tensor_shape");
    }

    private static VersionStatus status(long version, VersionStatus.Phase phase, @Nullable ServingException error) {
        return new VersionStatus(
                new ModelId("m", version), "/models/m/" + version, phase, null, error, null, 0, Duration.ZERO);
    }
}
