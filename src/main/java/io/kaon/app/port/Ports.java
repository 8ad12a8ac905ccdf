package io.kaon.app.port;

import io.kaon.config.OptionRanges;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.ArrayList;
import java.util.List;

/// The ports that the server is about to open; 0 stands for one that stays closed.
///
/// The framework opens REST and management with an option of the system's by which several sockets share a port, so
/// two that are equal would both open, and each would get some of the other's connections.
public record Ports(int rest, int grpc, int management) {
    /// @throws ServingException INVALID_REQUEST when two are the same, or one cannot be a port
    public Ports {
        List<String> problems = new ArrayList<>();
        inRange("REST port (--rest_api_port)", rest, problems);
        inRange("management port (-Dquarkus.management.port)", management, problems);
        differ("REST (--rest_api_port)", rest, "gRPC (--port)", grpc, problems);
        differ("REST (--rest_api_port)", rest, "management (-Dquarkus.management.port)", management, problems);
        differ("gRPC (--port)", grpc, "management (-Dquarkus.management.port)", management, problems);
        if (!problems.isEmpty()) {
            throw new ServingException(ErrorKind.INVALID_REQUEST, String.join("; ", problems));
        }
    }

    private static void inRange(String what, int port, List<String> problems) {
        if (port < 0 || port > OptionRanges.LARGEST_PORT) {
            problems.add(what + ": expected a port from 0 to " + OptionRanges.LARGEST_PORT + ", got " + port);
        }
    }

    private static void differ(String one, int port, String other, int otherPort, List<String> problems) {
        if (port == otherPort && port != 0) {
            problems.add(one + " and " + other + ": expected different ports, got " + port + " for both");
        }
    }
}
