package io.kaon.app.port;

import io.grpc.Decompressor;
import java.io.InputStream;
import java.util.zip.InflaterInputStream;

/// `grpc-encoding: deflate`, which gRPC's libraries for C++ and Python offer and the one for Java lacks. The name means
/// zlib's format, as in HTTP. The reader bounds what comes out, like that of gzip.
final class DeflateDecompressor implements Decompressor {
    @Override
    public String getMessageEncoding() {
        return "deflate";
    }

    @Override
    public InputStream decompress(InputStream compressed) {
        return new InflaterInputStream(compressed);
    }
}
