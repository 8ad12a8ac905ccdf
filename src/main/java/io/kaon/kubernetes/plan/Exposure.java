package io.kaon.kubernetes.plan;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// How clients reach the server.
///
/// @param type of the Service
/// @param headless whether there is one more Service that tells clients the addresses of all pods
/// @param host by which clients outside the cluster ask for it
/// @param ingress whether an Ingress says so
/// @param ingressClass none for the cluster's
/// @param tlsSecret the certificate that the Ingress shows
/// @param gateway the Gateway whose routes say so
/// @param split percent of the requests that go to other Services, by name
/// @param mirror a Service that gets a copy of each request, whose answers go nowhere
public record Exposure(
        ServiceType type,
        Protocols protocols,
        boolean headless,
        Optional<String> host,
        boolean ingress,
        Optional<String> ingressClass,
        Optional<String> tlsSecret,
        Optional<GatewayName> gateway,
        Map<String, Integer> split,
        Optional<String> mirror) {
    /// Of all requests.
    public static final int ALL = 100;

    /// What is left for this server.
    public int share() {
        return ALL - split.values().stream().mapToInt(Integer::intValue).sum();
    }

    /// Who can reach a Service.
    public enum ServiceType {
        CLUSTER_IP("ClusterIP"),
        NODE_PORT("NodePort"),
        LOAD_BALANCER("LoadBalancer");

        private final String text;

        ServiceType(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /// What the server answers.
    public enum Protocols {
        REST,
        GRPC,
        BOTH;

        public boolean rest() {
            return this != GRPC;
        }

        public boolean grpc() {
            return this != REST;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// @param namespace none for the routes' own
    public record GatewayName(String name, Optional<String> namespace) {
        /// @param text `NAME` or `NAMESPACE/NAME`
        /// @throws IllegalArgumentException for anything else
        public static GatewayName parse(String text) {
            int slash = text.indexOf('/');
            return slash < 0
                    ? new GatewayName(Names.label(text, text), Optional.empty())
                    : new GatewayName(
                            Names.label(text.substring(slash + 1), text),
                            Optional.of(Names.label(text.substring(0, slash), text)));
        }
    }
}
