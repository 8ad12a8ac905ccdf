package io.kaon.app.port;

import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.List;

/// Server reflection under its present name and under the one it had before, by which many clients still ask. The
/// messages of the two are the same on the wire, so it is one service with two names.
final class GrpcReflection {
    private static final String BEFORE = "grpc.reflection.v1alpha.ServerReflection";

    private GrpcReflection() {}

    static List<ServerServiceDefinition> services() {
        ServerServiceDefinition present = ProtoReflectionServiceV1.newInstance().bindService();
        ServerServiceDefinition.Builder before = ServerServiceDefinition.builder(BEFORE);
        present.getMethods().forEach(method -> before.addMethod(renamed(method)));
        return List.of(present, before.build());
    }

    private static <Q, A> ServerMethodDefinition<Q, A> renamed(ServerMethodDefinition<Q, A> method) {
        MethodDescriptor<Q, A> present = method.getMethodDescriptor();
        String name = MethodDescriptor.generateFullMethodName(BEFORE, present.getBareMethodName());
        return ServerMethodDefinition.create(
                present.toBuilder().setFullMethodName(name).build(), method.getServerCallHandler());
    }
}
