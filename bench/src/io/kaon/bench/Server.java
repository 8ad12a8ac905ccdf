package io.kaon.bench;

import io.kaon.testkit.ServerProcess;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A server that is being measured.
///
/// @param name as the table shows it
/// @param rest its port; 0 if it has none
/// @param grpc its port; 0 if it has none
/// @param kaon what else can be asked of it, if it is one of ours
record Server(
        String name,
        ProcessHandle process,
        int rest,
        int grpc,
        @Nullable ServerProcess kaon) implements AutoCloseable {
    static final String ECHO = "echo";

    /// An echo that runs the model before it answers.
    static final String ECHO_AND_RUN = "echo and run";

    private static final Pattern FAILURES =
            Pattern.compile("(?m)^kaon_inferences_total\\{(?=[^}]*outcome=\"(?!(ok|cancelled)\")).*} ([0-9.eE+]+)$");

    static Server kaon(String name, ServerProcess process) {
        return new Server(name, process.handle(), process.restPort(), process.grpcPort(), process);
    }

    /// Where to send a workload.
    ///
    /// @param answerBytes how much an echo is to answer
    String url(Transport transport, Workload workload, int answerBytes) {
        String address = "http://127.0.0.1:" + (transport == Transport.GRPC ? grpc : rest);
        if (name.equals(ECHO)) {
            return address + "/echo/" + answerBytes;
        }
        if (name.equals(ECHO_AND_RUN)) {
            return address + "/run/" + workload.model() + "/"
                    + workload.input().shape().dim(0) + "/" + answerBytes;
        }
        if (name.equals(Peers.DJL)) {
            return address + "/v2/models/" + workload.model() + "/infer";
        }
        return transport == Transport.GRPC
                ? address + "/tensorflow.serving.PredictionService/Predict"
                : address + "/v1/models/" + workload.model() + ":predict";
    }

    /// The same process, asked to run the model too.
    Server echoAndRun() {
        return new Server(ECHO_AND_RUN, process, rest, grpc, null);
    }

    /// Whether it looks at nothing of what it is sent.
    boolean isEcho() {
        return name.equals(ECHO) || name.equals(ECHO_AND_RUN);
    }

    /// What it wants to be sent over REST.
    Path body(Workload workload) {
        return name.equals(Peers.DJL) ? workload.kserve() : workload.json();
    }

    long pid() {
        return process.pid();
    }

    /// Inferences that Kaon itself says have failed so far; 0 for others. A load generator takes a gRPC call that
    /// failed for a good answer, because its HTTP status is 200 all the same. What was cancelled does not count,
    /// because the generator breaks off what is under way when its time is over.
    long failures() {
        if (kaon == null) {
            return 0;
        }
        Matcher failures = FAILURES.matcher(kaon.health("/q/metrics").body());
        double sum = 0;
        while (failures.find()) {
            sum += Double.parseDouble(failures.group(1));
        }
        return (long) sum;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
