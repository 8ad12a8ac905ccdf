package io.kaon.protocol.tfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.EngineOptions;
import io.kaon.lifecycle.declaration.ModelOptions;
import io.kaon.lifecycle.declaration.OptionsByModel;
import io.kaon.model.ServingException;
import io.kaon.model.VersionPolicy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TfsModelConfigTest {
    private final TfsModelConfig config = new TfsModelConfig(Set.of("fake"), OptionsByModel.defaults());

    @Test
    void readsEverythingAModelMayDeclare() {
        List<DesiredModel> models = config.read("""
                # TensorFlow Serving's text form
                model_config_list: {
                  config: { name: "a", base_path: "/models//a/", model_platform: "tensorflow" }
                  config { name: "b" base_path: "s3://bucket/b" model_platform: "fake"
                    model_version_policy { specific { versions: 1 versions: 3 } }
                    version_labels { key: "stable" value: 1 }
                    version_labels { key: "canary" value: 3 } }
                  config { name: "c" base_path: "/c" model_version_policy { latest { num_versions: 2 } } }
                  config { name: "d" base_path: "/d" model_type: TENSORFLOW model_version_policy { all {} } }
                }
                """).models();
        assertThat(models).extracting(DesiredModel::name).containsExactly("a", "b", "c", "d");
        assertThat(models)
                .extracting(model -> model.base().toString())
                .containsExactly("/models/a", "s3://bucket/b", "/c", "/d");
        assertThat(models)
                .extracting(DesiredModel::policy)
                .containsExactly(
                        new VersionPolicy.LatestN(1),
                        new VersionPolicy.Only(Set.of(1L, 3L)),
                        new VersionPolicy.LatestN(2),
                        new VersionPolicy.All());
        assertThat(models)
                .extracting(model -> model.options().engine().name())
                .containsExactly(null, "fake", null, null);
        assertThat(models.get(1).labels()).isEqualTo(Map.of("stable", 1L, "canary", 3L));
    }

    @Test
    void takesWhatItSaysNothingAboutFromTheOptionsOfTheModel() {
        ModelOptions chosen =
                ModelOptions.defaults().withEngine(EngineOptions.defaults().withThreads(3));
        TfsModelConfig named =
                new TfsModelConfig(Set.of("fake"), new OptionsByModel(ModelOptions.defaults(), Map.of("a", chosen)));
        assertThat(named.read("""
                        model_config_list {
                          config { name: "a" base_path: "/a" model_platform: "fake" model_version_policy { all {} } }
                          config { name: "b" base_path: "/b" }
                        }
                        """).models())
                .extracting(DesiredModel::options)
                .containsExactly(
                        chosen.withPolicy(new VersionPolicy.All())
                                .withEngine(chosen.engine().withName("fake")),
                        ModelOptions.defaults());
    }

    @Test
    void pytorchMeansTheEngineThatServesTorchScript() {
        TfsModelConfig djl = new TfsModelConfig(Set.of("djl"), OptionsByModel.defaults());
        assertThat(djl.read("model_config_list { config { name: 'a' base_path: '/a' model_platform: 'pytorch' } }")
                        .models())
                .extracting(model -> model.options().engine())
                .containsExactly(EngineOptions.defaults().withName("djl"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            name: 'a' base_path: 'models/a'      | Expected model a to have an absolute path or URI; got base_path()=models/a
            name: 'a'                            | Expected model a to have an absolute path or URI; got base_path()=
            base_path: '/a'                      | a model config with base_path "/a" has no name
            name: 'a' base_path: 's3:/a'         | model a: base_path "s3:/a"
            name: 'a' base_path: '/a' model_platform: 'caffe' | model a: no engine for model_platform "caffe": expected "tensorflow" or one of [fake]
            name: 'a' base_path: '/a' model_type: OTHER | model a: model_type 2 is not served
            name: 'a' base_path: '/a' logging_config { log_collector_config { type: 'x' } } | model a: log_collector_config asks for a collector of type "x"
            name: 'a' base_path: '/a' } config { name: 'a' base_path: '/b' | Illegal to list model a multiple times in config list
            """)
    void namesWhatIsWrong(String model, String message) {
        assertThatThrownBy(() -> config.read("model_config_list { config { " + model + " } }"))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining(message);
    }

    @Test
    void saysWhereTheTextBreaks() {
        assertThatThrownBy(() -> config.read("model_config_list {\n  config { nam: 'a' } }"))
                .hasMessageStartingWith("line 2, column ")
                .hasMessageContaining("nam");
    }

    @Test
    void anUnknownFieldIsNamedWithTheNearestOne() {
        assertThatThrownBy(() -> config.read("""
                        model_config_list { config { name: "m" base_path: "/m"
                          model_version_polcy { latest { num_versions: 1 } } bogus: 1 } }
                        """))
                .isInstanceOf(ServingException.class)
                .hasMessageStartingWith("line 2, column 3: ModelConfig has no field `model_version_polcy`: did you mean"
                        + " `model_version_policy`? known fields: ")
                .hasMessageContaining("; line 2, column ")
                .hasMessageContaining(": ModelConfig has no field `bogus`: known fields: base_path, ");
    }

    @Test
    void refusesAFileWithoutAList() {
        assertThatThrownBy(() -> config.read("")).hasMessage("expected a model_config_list, got nothing");
    }
}
