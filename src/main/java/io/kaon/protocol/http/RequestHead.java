package io.kaon.protocol.http;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpServerRequest;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Checks what the HTTP library lets through although HTTP/1.1 forbids it, because two servers in a row may
/// understand it differently: more than one `Host` header, and bodies whose end depends on a transfer coding that this
/// server does not know (RFC 9112, sections 3.2 and 6).
public final class RequestHead {
    private RequestHead() {}

    /// What is wrong with the head; null if nothing is.
    public static @Nullable ServingException refusal(HttpServerRequest request) {
        // Those of HTTP/2 have another form, and their library checks them.
        return request.headers() instanceof HttpHeaders headers ? refusal(headers) : null;
    }

    static @Nullable ServingException refusal(HttpHeaders headers) {
        boolean host = false;
        CharSequence lastCoding = null;
        boolean several = false;
        Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = all.next();
            if (is(header.getKey(), HttpHeaderNames.HOST)) {
                if (host) {
                    return new ServingException(
                            ErrorKind.INVALID_REQUEST, "expected one Host header, as HTTP/1.1 demands; got several");
                }
                host = true;
            } else if (is(header.getKey(), HttpHeaderNames.TRANSFER_ENCODING)) {
                several |= lastCoding != null;
                lastCoding = header.getValue();
            }
        }
        if (lastCoding == null || (!several && is(lastCoding, HttpHeaderValues.CHUNKED))) {
            return null;
        }
        return refusedCoding(lastCoding.toString(), several);
    }

    /// Without `chunked` at the end it is unknown where the body ends; what stands before it would have to be undone.
    private static ServingException refusedCoding(String last, boolean several) {
        String name = last.substring(last.lastIndexOf(',') + 1).strip();
        boolean ends = name.equalsIgnoreCase(HttpHeaderValues.CHUNKED.toString());
        return new ServingException(
                ends ? ErrorKind.UNSUPPORTED : ErrorKind.INVALID_REQUEST,
                "Transfer-Encoding: expected \"chunked\" and nothing else, got " + (several ? "several, at last " : "")
                        + "\"" + last + "\"");
    }

    private static boolean is(CharSequence text, AsciiString name) {
        return text.length() == name.length() && name.contentEqualsIgnoreCase(text);
    }
}
