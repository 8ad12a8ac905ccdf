package io.kaon.protocol.tfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.VersionSelector;
import io.kaon.model.VersionSelector.Exact;
import io.kaon.model.VersionSelector.Labelled;
import io.kaon.protocol.tfs.TfsRoute.Malformed;
import io.kaon.protocol.tfs.TfsRoute.Metadata;
import io.kaon.protocol.tfs.TfsRoute.NotApi;
import io.kaon.protocol.tfs.TfsRoute.Predict;
import io.kaon.protocol.tfs.TfsRoute.Preflight;
import io.kaon.protocol.tfs.TfsRoute.Status;
import io.kaon.protocol.tfs.TfsRoute.VersionTooLarge;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the recorded cases do not say.
class TfsRoutesTest {
    @Test
    void hintsAtTheColonWhereASlashStands() {
        assertThat(TfsRoutes.colonHint("Malformed request: POST /v1/models/m/versions/2/predict"))
                .contains("did you mean /v1/models/m/versions/2:predict?");
        assertThat(TfsRoutes.colonHint("Malformed request: POST /v1/models/m/metadata"))
                .isEmpty();
    }

    private static final long SEED = 20_260_717;

    @Test
    void keywordsMatchInAnyCaseAndNamesDoNotChange() {
        assertThat(post("/V1/MODELS/Ab/VERSIONS/3:predict")).isEqualTo(new Predict("Ab", new Exact(3)));
        assertThat(get("/v1/Models/Ab/Labels/Cd")).isEqualTo(new Status("Ab", new Labelled("Cd")));
    }

    /// Clients may send the bytes of UTF-8 as they are; the HTTP library makes a character of each.
    @Test
    void readsNamesThatWereSentAsRawBytes() {
        String raw = new String("modèle-日本".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(get("/v1/models/" + raw)).isEqualTo(new Status("modèle-日本", VersionSelector.LATEST));
        assertThat(post("/v1/models/" + raw + "%C3%A9/labels/" + raw + ":predict"))
                .isEqualTo(new Predict("modèle-日本é", new Labelled("modèle-日本")));
        assertThat(post("/v1/models/" + raw)).isEqualTo(malformed("POST /v1/models/modèle-日本"));
    }

    @Test
    void verbsAndMetadataGoByTheirExactLetters() {
        assertThat(post("/v1/models/m:PREDICT")).isEqualTo(malformed("POST /v1/models/m:PREDICT"));
        assertThat(get("/v1/models/m/METADATA")).isEqualTo(new Status("m", VersionSelector.LATEST));
        assertThat(get("/v1/models/m/versions/3/Metadata")).isEqualTo(new Status("m", new Exact(3)));
    }

    @Test
    void aQueryBelongsToTheNameOnGet() {
        assertThat(get("/v1/models/m?x=1")).isEqualTo(new Status("m?x=1", VersionSelector.LATEST));
        assertThat(get("/v1/models/m/metadata?x")).isEqualTo(malformed("GET /v1/models/m/metadata?x"));
    }

    @Test
    void theAddressOfNoModelListsAll() {
        assertThat(get("/v1/models")).isEqualTo(new TfsRoute.Models());
        assertThat(get("/V1/Models")).isEqualTo(new TfsRoute.Models());
        assertThat(get("/v1/models?x")).isEqualTo(malformed("GET /v1/models?x"));
        assertThat(post("/v1/models")).isEqualTo(malformed("POST /v1/models"));
    }

    @Test
    void keywordsCanBeNamesAndLabels() {
        assertThat(get("/v1/models/versions")).isEqualTo(new Status("versions", VersionSelector.LATEST));
        assertThat(get("/v1/models/versions/versions/3")).isEqualTo(new Status("versions", new Exact(3)));
        assertThat(get("/v1/models/labels/metadata")).isEqualTo(new Metadata("labels", VersionSelector.LATEST));
        assertThat(get("/v1/models/metadata/metadata")).isEqualTo(new Metadata("metadata", VersionSelector.LATEST));
        assertThat(get("/v1/models/m/labels/metadata")).isEqualTo(new Status("m", new Labelled("metadata")));
        assertThat(get("/v1/models/m/labels/labels/metadata")).isEqualTo(new Metadata("m", new Labelled("labels")));
        assertThat(post("/v1/models/versions/labels/labels:predict"))
                .isEqualTo(new Predict("versions", new Labelled("labels")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models/versions/3",
                "/v1/models/labels/x",
                "/v1/models/versions/3/metadata",
                "/v1/models/labels/x/metadata",
                "/v1/models/labels/metadata/metadata"
            })
    void aTargetWithoutNameIsMissingIt(String target) {
        assertThat(get(target)).isEqualTo(new Malformed("Missing model name in request."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models/m/versions", "/v1/models/m/versions/x", "/v1/models/m/versions/1x",
                        "/v1/models/m//metadata",
                "/v1/models/m/labels", "/v1/models/m/labels/", "/v1/models/m/versions/3/labels/x", "/v1/models//",
                "/v1/models/m:predict", "/v1/models/a/b/c/d/e/f/g", "/v1/modelsx", "/v1/models/m/metadata/metadata",
                "/v1/models/m/versions/\u00d9\u00a3"
            })
    void everythingElseIsMalformed(String target) {
        String text = new String(target.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        assertThat(get(target)).isEqualTo(malformed("GET " + text));
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/v1/models/m",
        "POST,/v1/models:predict",
        "POST,/v1/models/:predict",
        "POST,/v1/models/m:",
        "POST,/v1/models/m:predict:predict",
        "POST,/v1/models/m::predict",
        "POST,/v1/models/m/metadata:predict",
        "POST,/v1/models/versions/3:predict",
        "PUT,/v1/models/m:predict",
        "get,/v1/models/m",
        "TRACE,/v1/",
        "POST,/v1/models/m/versions/:predict",
        "POST,/v1/models/m:predict#f"
    })
    void soIsEveryOtherMethodOrPlace(String method, String target) {
        assertThat(TfsRoutes.of(method, target)).isEqualTo(malformed(method + " " + target));
    }

    @Test
    void aVersionBeyondSixtyFourBitsComesBeforeOtherComplaints() {
        String huge = "9223372036854775808";
        assertThat(post("/v1/models/m/versions/" + huge + ":PREDICT")).isEqualTo(new VersionTooLarge());
        assertThat(get("/v1/models/versions/" + huge)).isEqualTo(new VersionTooLarge());
        assertThat(get("/v1/models/m/versions/" + "9".repeat(5000) + "/metadata"))
                .isEqualTo(new VersionTooLarge());
        assertThat(get("/v1/models/m/versions/" + "0".repeat(5000) + "7")).isEqualTo(new Status("m", new Exact(7)));
        assertThat(get("/v1/models/m/versions/9223372036854775807"))
                .isEqualTo(new Status("m", new Exact(Long.MAX_VALUE)));
    }

    @Test
    void onlyTargetsUnderTheVersionBelongToTheApi() {
        for (String target : List.of("", "*", "/", "/v1", "/v1?x", "/v2/models/m", "//v1/models/m", "v1/models/m")) {
            assertThat(get(target)).as(target).isEqualTo(new NotApi());
            assertThat(TfsRoutes.of("OPTIONS", target)).as(target).isEqualTo(new NotApi());
        }
        assertThat(TfsRoutes.of("OPTIONS", "/v1/anything")).isEqualTo(new Preflight());
    }

    @Test
    void namesAreDecodedAfterwardsIntoAnyText() {
        assertThat(get("/v1/models/a%2Fb%3ac")).isEqualTo(new Status("a/b:c", VersionSelector.LATEST));
        assertThat(get("/v1/models/..")).isEqualTo(new Status("..", VersionSelector.LATEST));
        assertThat(get("/v1/models/%2e%2E%2f")).isEqualTo(new Status("../", VersionSelector.LATEST));
        assertThat(get("/v1/models/%00%0A%7f")).isEqualTo(new Status("\0\n\u007f", VersionSelector.LATEST));
        assertThat(get("/v1/models/%C3%A9")).isEqualTo(new Status("é", VersionSelector.LATEST));
        assertThat(get("/v1/models/%FF")).isEqualTo(new Status("\uFFFD", VersionSelector.LATEST));
        assertThat(get("/v1/models/a+b")).isEqualTo(new Status("a+b", VersionSelector.LATEST));
    }

    @Test
    void brokenEscapesStandForThemselves() {
        assertThat(get("/v1/models/%")).isEqualTo(new Status("%", VersionSelector.LATEST));
        assertThat(get("/v1/models/%4")).isEqualTo(new Status("%4", VersionSelector.LATEST));
        assertThat(get("/v1/models/%zz%41")).isEqualTo(new Status("%zzA", VersionSelector.LATEST));
        assertThat(get("/v1/models/%%41")).isEqualTo(new Status("%A", VersionSelector.LATEST));
    }

    @Test
    void survivesAnyText() {
        System.out.println("TfsRoutesTest seed " + SEED);
        SplittableRandom random = new SplittableRandom(SEED);
        String[] pieces = {
            "/v1/models", "/", "m", ":", "%", "2F", "versions", "labels", "metadata", "7", "\0", "é", "?", "predict"
        };
        for (int i = 0; i < 100_000; i++) {
            StringBuilder target = new StringBuilder("/v1/models");
            for (int j = random.nextInt(12); j > 0; j--) {
                target.append(pieces[random.nextInt(pieces.length)]);
            }
            assertThat(get(target.toString())).isNotNull();
            assertThat(post(target.toString())).isNotNull();
        }
        assertThat(get("/v1/models/" + "/".repeat(1_000_000))).isInstanceOf(Malformed.class);
        assertThat(get("/v1/models/" + "a".repeat(1_000_000))).isInstanceOf(Status.class);
    }

    private static TfsRoute get(String target) {
        return TfsRoutes.of("GET", target);
    }

    private static TfsRoute post(String target) {
        return TfsRoutes.of("POST", target);
    }

    private static Malformed malformed(String request) {
        return new Malformed("Malformed request: " + request);
    }
}
