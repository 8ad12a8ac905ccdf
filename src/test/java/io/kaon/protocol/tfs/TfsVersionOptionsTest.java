package io.kaon.protocol.tfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.batch.BatchingPolicy;
import io.kaon.batch.Merging;
import io.kaon.lifecycle.declaration.ModelOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TfsVersionOptionsTest {
    @TempDir
    Path version;

    @Test
    void leavesAVersionThatSaysNothingAsDeclared() {
        ModelOptions declared = ModelOptions.defaults();
        assertThat(of(declared)).isSameAs(declared);
    }

    @Test
    void batchesAsTheVersionSays() throws IOException {
        say("max_batch_size { value: 4 } max_enqueued_batches { value: 3 }");
        BatchingPolicy batching = of(ModelOptions.defaults()).batching();
        assertThat(batching.queueBound()).isEqualTo(12);
        assertThat(batching.merging().maxRows()).isEqualTo(4);
        assertThat(batching.merging().isTrusted()).isTrue();
    }

    @Test
    void doesNotBreakTheOperatorsRuleForTheModel() throws IOException {
        say("max_batch_size { value: 4 }");
        assertThat(merging(Merging.Rule.OFF).maxRows()).isEqualTo(1);
        assertThat(merging(Merging.Rule.OFF).requestRows()).as("the version's").isEqualTo(4);
        assertThat(merging(Merging.Rule.AUTO).isTrusted()).isFalse();
        assertThat(merging(Merging.Rule.AUTO).maxRows()).as("the version's").isEqualTo(4);
        assertThat(merging(Merging.Rule.ON).isTrusted()).isTrue();
    }

    @Test
    void namesTheFileThatMakesNoSense() throws IOException {
        say("max_batch_size: many");
        assertThatThrownBy(() -> of(ModelOptions.defaults()))
                .hasMessageStartingWith("batching parameters file " + version.resolve("batching_params.pbtxt"))
                .hasMessageContaining("line 1");
    }

    private ModelOptions of(ModelOptions declared) {
        return new TfsVersionOptions().of(version, declared);
    }

    private Merging merging(Merging.Rule rule) {
        ModelOptions ruled =
                ModelOptions.defaults().withBatching(BatchingPolicy.defaults().withRule(rule));
        return of(ruled).batching().merging();
    }

    private void say(String text) throws IOException {
        Files.writeString(version.resolve("batching_params.pbtxt"), text);
    }
}
