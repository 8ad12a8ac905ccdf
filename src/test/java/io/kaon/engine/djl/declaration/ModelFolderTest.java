package io.kaon.engine.djl.declaration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which file is the model, and what stands beside it.
final class ModelFolderTest {
    @TempDir
    private Path folder;

    private Path version;

    @BeforeEach
    void make() throws IOException {
        version = Files.createDirectories(folder.resolve("net/1"));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(version.resolve(name), text);
    }

    private ModelFolder read() {
        return ModelFolder.of(version);
    }

    private void refused(ErrorKind kind, String... words) {
        assertThatThrownBy(this::read).isInstanceOfSatisfying(ServingException.class, refused -> {
            assertThat(refused.kind()).as(refused.getMessage()).isEqualTo(kind);
            assertThat(refused.getMessage()).contains(words);
        });
    }

    @Test
    void takesTheOnlyModelElseTheOneOfTheUsualNameElseTheOneThatIsNamed() throws IOException {
        write("resnet.pt", "");
        assertThat(read().modelFile()).isEqualTo("resnet.pt");
        write("bert.pt", "");
        refused(ErrorKind.ENGINE_FAILED, "[bert.pt, resnet.pt]", "default_model_filename");
        write("net.pt", "");
        assertThat(read().modelFile()).isEqualTo("net.pt");
        write("model.pt", "");
        assertThat(read().modelFile()).isEqualTo("model.pt");
        write("config.pbtxt", "default_model_filename: \"bert.pt\"");
        assertThat(read().modelFile()).isEqualTo("bert.pt");
        write("serving.properties", "option.modelName=resnet");
        assertThat(read().modelFile()).isEqualTo("resnet.pt");
        write("serving.properties", "option.modelName=../1/resnet.pt");
        refused(ErrorKind.ENGINE_FAILED, "../1/resnet.pt", "[bert.pt, config.pbtxt");
    }

    @Test
    void readsDjlsFile() throws IOException {
        write("net.pt", "");
        write("serving.properties", """
                engine=PyTorch
                option.mapLocation=true
                kaon.input.ids=INT64[-1, 128]
                kaon.input.mask=BOOL[-1,128]
                kaon.output.y=FP32[]
                """);
        ModelFolder read = read();
        assertThat(read.engine()).isEqualTo("PyTorch");
        assertThat(read.options()).containsEntry("mapLocation", "true");
        assertThat(read.declaration())
                .isEqualTo(new Declaration(
                        "serving.properties",
                        List.of(
                                new DeclaredTensor("ids", DataType.INT64, Shape.of(-1, 128), null),
                                new DeclaredTensor("mask", DataType.BOOL, Shape.of(-1, 128), null)),
                        List.of(new DeclaredTensor("y", DataType.FLOAT, Shape.scalar(), null))));
        write("serving.properties", "kaon.input.x=FLOAT");
        refused(ErrorKind.ENGINE_FAILED, "kaon.input.x", "such as FLOAT[-1,10]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ensemble_scheduling { step [ ] }",
                "sequence_batching { }",
                "model_transaction_policy { decoupled: true }",
                "platform: \"tensorrt_plan\"",
                "backend: \"python\"",
                "input { name: \"x\" data_type: TYPE_FP32 dims: [ 1 ] allow_ragged_batch: true }",
                "input { name: \"x\" data_type: TYPE_STRING dims: [ 1 ] }",
                "input { name: \"x\" data_type: TYPE_BF16 dims: [ 1 ] }"
            })
    void refusesByNameWhatChangesTheAnswers(String config) throws IOException {
        write("net.pt", "");
        write("config.pbtxt", config);
        refused(ErrorKind.UNSUPPORTED, "config.pbtxt: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "input: 1",
                "input { data_type: TYPE_FP32 dims: [ 1 ] }",
                "input { name: \"x\" data_type: TYPE_FP33 dims: [ 1 ] }",
                "input { name: \"x\" data_type: TYPE_FP32 dims: [ -2 ] }",
                "input { name: \"x\" data_type: TYPE_FP32 dims: [ one ] }",
                "input { name: \"x\" data_type: TYPE_FP32 dims: [ { } ] }",
                "input { name: \"x\" data_type: TYPE_FP32 dims: 1 reshape: 3 }",
                "max_batch_size: \"many\""
            })
    void saysWhatIsWrong(String config) throws IOException {
        write("net.pt", "");
        write("config.pbtxt", config);
        refused(ErrorKind.ENGINE_FAILED, "config.pbtxt: ");
    }

    @Test
    void ignoresHowTritonWouldRunIt() throws IOException {
        write("net.pt", "");
        write("config.pbtxt", """
                name: "net"
                backend: "pytorch"
                max_batch_size: 8
                input [ { name: "input__0" data_type: TYPE_FP32 dims: [ 3, 224, 224 ] format: FORMAT_NCHW } ]
                output [ { name: "output__0" data_type: TYPE_FP32 dims: [ 1000 ] label_filename: "labels.txt" } ]
                instance_group [ { count: 2 kind: KIND_GPU gpus: [ 0, 1 ] } ]
                dynamic_batching { preferred_batch_size: [ 4, 8 ] max_queue_delay_microseconds: 100 }
                version_policy: { latest { num_versions: 1 } }
                optimization { cuda { graphs: true } }
                parameters: { key: "INFERENCE_MODE" value: { string_value: "true" } }
                model_warmup [ { name: "zeros" inputs: { key: "input__0" value: { dims: [ 3, 224, 224 ] zero_data: true } } } ]
                """);
        Declaration declaration = Objects.requireNonNull(read().declaration());
        assertThat(declaration.inputs().getFirst().shape()).isEqualTo(Shape.of(-1, 3, 224, 224));
        assertThat(declaration.outputs().getFirst().shape()).isEqualTo(Shape.of(-1, 1000));
    }
}
