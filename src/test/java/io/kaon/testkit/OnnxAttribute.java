package io.kaon.testkit;

import io.kaon.tensor.Tensor;

/// A named constant of a node.
///
/// @param proto the `AttributeProto`
public record OnnxAttribute(ProtoMessage proto) {
    public static OnnxAttribute of(String name, long value) {
        return new OnnxAttribute(
                new ProtoMessage().text(1, name).number(3, value).number(20, 2));
    }

    public static OnnxAttribute of(String name, String value) {
        return new OnnxAttribute(new ProtoMessage().text(1, name).text(4, value).number(20, 3));
    }

    public static OnnxAttribute of(String name, Tensor value) {
        return new OnnxAttribute(new ProtoMessage()
                .text(1, name)
                .message(5, OnnxType.constant(value))
                .number(20, 4));
    }

    public static OnnxAttribute of(String name, OnnxModel body) {
        return new OnnxAttribute(
                new ProtoMessage().text(1, name).message(6, body.graph()).number(20, 5));
    }

    public static OnnxAttribute of(String name, float... values) {
        ProtoMessage proto = new ProtoMessage().text(1, name);
        for (float value : values) {
            proto.real(7, value);
        }
        return new OnnxAttribute(proto.number(20, 6));
    }

    public static OnnxAttribute of(String name, long[] values) {
        ProtoMessage proto = new ProtoMessage().text(1, name);
        for (long value : values) {
            proto.number(8, value);
        }
        return new OnnxAttribute(proto.number(20, 7));
    }

    public static OnnxAttribute of(String name, String[] values) {
        ProtoMessage proto = new ProtoMessage().text(1, name);
        for (String value : values) {
            proto.text(9, value);
        }
        return new OnnxAttribute(proto.number(20, 8));
    }
}
