package io.kaon.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServeArgumentsTest {
    @Test
    void setsNothingWhenNothingIsAsked() {
        ServeArguments nothing = serve(null, Map.of());
        assertThat(nothing.properties()).isEmpty();
        assertThat(nothing.notes()).isEmpty();
        assertThat(nothing.errors()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "models, /srv/models",
        "/m, /m",
        "/m/, /m",
        "/, /",
        "../m, /m",
        "a/./b, /srv/a/b",
        "s3://bucket/models, s3://bucket/models",
        "s3://bucket/models/, s3://bucket/models",
        "S3://bucket, S3://bucket",
        "file:/m, file:/m"
    })
    void servesTheFolderThatIsNamed(String location, String expected) {
        assertThat(serve(location, Map.of()).properties()).isEqualTo(Map.of("kaon.models", expected));
    }

    @Test
    void servesOneModelAsTheReferenceDoes() {
        assertSingle(serve(null, Map.of("model_base_path", "/m/x")), "default", "/m/x");
        assertSingle(serve(null, Map.of("model_base_path", "m/x", "model_name", "y")), "y", "/srv/m/x");
    }

    /// It may be the model's directory or a folder that holds it; a line that means one of them says which.
    @Test
    void refusesANameWithoutABasePath() {
        assertThat(serve("iris", Map.of("model_name", "flower")).errors())
                .containsExactly("\"iris\" and --model_name=flower: expected --model_base_path=iris with the name of"
                        + " one model, or the folder alone");
    }

    @Test
    void readsTheImagesVariables() {
        assertSingle(image(Map.of(), Map.of("MODEL_NAME", "x")), "x", "/models/x");
        assertSingle(image(Map.of(), Map.of("MODEL_NAME", "x", "MODEL_BASE_PATH", "/a")), "x", "/a/x");
        assertThat(image(Map.of(), Map.of("MODEL_BASE_PATH", "/a")).properties())
                .containsExactly(Map.entry("kaon.models", "/a"));
    }

    /// Its script writes the variables as flags before those that it is given, and of two the last counts.
    @Test
    void takesFlagsBesideTheImagesVariables() {
        Map<String, String> named = Map.of("MODEL_NAME", "x");
        assertSingle(image(Map.of("model_name", "y"), named), "y", "/models/x");
        assertSingle(image(Map.of("model_base_path", "/b"), named), "x", "/b");
        assertSingle(image(Map.of("model_base_path", "/b", "model_name", "y"), named), "y", "/b");
    }

    /// TensorFlow Serving's image looks in `model` for what has another name, and Kaon where the name says.
    @Test
    void findsANamedModelWhereTheImageLooksForIt() {
        Map<String, String> flags = Map.of("model_name", "y");
        Map<String, String> image = Map.of("MODEL_BASE_PATH", "/models");
        assertSingle(image(flags, image, Set.of("/models/model")), "y", "/models/model");
        assertSingle(image(flags, image, Set.of("/models/model", "/models/y")), "y", "/models/y");
        assertSingle(image(flags, image), "y", "/models/y");
        assertSingle(image(flags, Map.of("MODEL_BASE_PATH", "s3://b")), "y", "s3://b/y");
    }

    @Test
    void takesEmptyVariablesForUnset() {
        assertThat(image(Map.of(), Map.of("MODEL_NAME", "", "MODEL_BASE_PATH", "")))
                .isEqualTo(serve(null, Map.of()));
    }

    @Test
    void refusesTwoPlacesAndNoName() {
        assertThat(serve("m", Map.of("model_base_path", "/x")).errors())
                .containsExactly("\"m\" and --model_base_path=/x: expected one of the two");
        assertThat(serve(null, Map.of("model_base_path", "/x", "model_name", ""))
                        .errors())
                .containsExactly("--model_name: expected a name, got nothing");
        assertThat(serve("", Map.of()).errors())
                .containsExactly("expected a folder of models, got \"\": leave it out for `models`");
        assertThat(serve(null, Map.of("model_base_path", "")).errors())
                .containsExactly("--model_base_path: expected a model's directory, got nothing");
        assertThat(serve(null, Map.of("model_base_path", "", "model_config_file", "/f"))
                        .errors())
                .isEmpty();
    }

    @Test
    void setsAndClosesPorts() {
        assertThat(serve(null, Map.of("port", "1", "rest_api_port", "2")).properties())
                .isEqualTo(Map.of("kaon.grpc.port", "1", "quarkus.http.port", "2"));
        assertThat(serve(null, Map.of("rest_api_port", "0")).properties())
                .isEqualTo(Map.of("quarkus.http.host-enabled", "false"));
        assertThat(serve(null, Map.of("port", "0")).properties()).isEqualTo(Map.of("kaon.grpc.port", "0"));
        assertThat(serve(null, Map.of("port", "0", "rest_api_port", "0")).errors())
                .containsExactly("--port=0 and --rest_api_port=0: both ports are off, so nothing could be served");
    }

    @ParameterizedTest
    @CsvSource({"port, 65536", "port, -1", "rest_api_port, 123456789012345678"})
    void refusesNumbersThatAreNoPorts(String flag, String value) {
        assertThat(serve(null, Map.of(flag, value)).errors())
                .containsExactly("--" + flag + ": expected a port from 0 to 65535, got " + value);
    }

    @Test
    void setsTimes() {
        assertThat(serve(null, Map.of("rest_api_timeout_in_ms", "250", "file_system_poll_wait_seconds", "-1"))
                        .properties())
                .isEqualTo(Map.of("kaon.rest.timeout", "250ms", "kaon.poll-interval", "-1s"));
    }

    @Test
    void leavesThreadsToTheServerAtZero() {
        assertThat(serve(null, Map.of("tensorflow_session_parallelism", "0", "num_load_threads", "0"))
                        .properties())
                .isEmpty();
        assertThat(serve(null, Map.of("tensorflow_session_parallelism", "4", "num_load_threads", "2"))
                        .properties())
                .isEqualTo(Map.of(
                        "kaon.engine.intra-op-threads", "4",
                        "kaon.engine.inter-op-threads", "4",
                        "kaon.load.threads", "2"));
        assertThat(serve(null, Map.of("tensorflow_session_parallelism", "4", "tensorflow_inter_op_parallelism", "2"))
                        .properties())
                .isEqualTo(Map.of("kaon.engine.intra-op-threads", "4", "kaon.engine.inter-op-threads", "2"));
    }

    @Test
    void letsFlagsWinOverOptions() {
        ServeArguments both = ServeArguments.of(
                null,
                Map.of("port", "2"),
                Map.of("kaon.grpc.port", "1", "kaon.batch.lanes", "3"),
                Map.of(),
                Path.of("/srv"),
                _ -> false);
        assertThat(both.properties()).isEqualTo(Map.of("kaon.grpc.port", "2", "kaon.batch.lanes", "3"));
    }

    @Test
    void saysNothingOfFlagsAtTheReferencesDefault() {
        for (TensorflowServingFlag flag : TensorflowServingFlag.ALL) {
            boolean silent = !(flag.fate() instanceof TensorflowServingFlag.Fate.Read)
                    && !(flag.takes() == TensorflowServingFlag.Takes.NUMBER
                            && flag.standard().isEmpty());
            if (silent) {
                ServeArguments standard = serve(null, Map.of(flag.name(), flag.standard()));
                assertThat(standard.notes()).as(flag.name()).isEmpty();
                assertThat(standard.errors()).as(flag.name()).isEmpty();
            }
        }
    }

    @Test
    void givesOtherValuesTheirFate() {
        for (TensorflowServingFlag flag : TensorflowServingFlag.ALL) {
            String value = switch (flag.takes()) {
                case TEXT -> "other";
                case NUMBER, FRACTION -> "7";
                case BOOL -> flag.standard().equals("true") ? "false" : "true";
            };
            ServeArguments given = serve(null, Map.of(flag.name(), value));
            String line = "--" + flag.name() + "=" + value;
            switch (flag.fate()) {
                case TensorflowServingFlag.Fate.Read(String _) ->
                    assertThat(given.notes()).as(line).isEmpty();
                case TensorflowServingFlag.Fate.Sets(String property, String _) ->
                    assertThat(given.properties()).as(line).containsEntry(property, value);
                case TensorflowServingFlag.Fate.NoEffect(String why) ->
                    assertThat(given.notes()).containsExactly(line + " has no effect: " + why);
                case TensorflowServingFlag.Fate.Refused(String why) ->
                    assertThat(given.errors()).containsExactly(line + ": " + why);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "port, many, a number",
        "port, 1.5, a number",
        "grpc_max_threads, '', a number",
        "per_process_gpu_memory_fraction, half, a number",
        "enable_batching, 1, true or false",
        "enable_model_warmup, TRUE, true or false"
    })
    void refusesValuesOfTheWrongKind(String flag, String value, String expected) {
        assertThat(serve(null, Map.of(flag, value)).errors())
                .containsExactly("--" + flag + ": expected " + expected + ", got \"" + value + "\"");
    }

    @Test
    void takesFractionsWhereTheReferenceDoes() {
        assertThat(serve(null, Map.of("per_process_gpu_memory_fraction", "0.5")).errors())
                .isEmpty();
    }

    private static void assertSingle(ServeArguments arguments, String name, String base) {
        assertThat(arguments.errors()).isEmpty();
        assertThat(arguments.properties()).isEqualTo(Map.of("kaon.model.name", name, "kaon.model.base-path", base));
    }

    private static ServeArguments serve(@Nullable String location, Map<String, String> flags) {
        return ServeArguments.of(location, flags, Map.of(), Map.of(), Path.of("/srv"), _ -> false);
    }

    private static ServeArguments image(Map<String, String> flags, Map<String, String> environment) {
        return image(flags, environment, Set.of());
    }

    private static ServeArguments image(
            Map<String, String> flags, Map<String, String> environment, Set<String> directories) {
        return ServeArguments.of(
                null, flags, Map.of(), environment, Path.of("/srv"), path -> directories.contains(path.toString()));
    }
}
