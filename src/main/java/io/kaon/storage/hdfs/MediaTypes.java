package io.kaon.storage.hdfs;

import org.apache.hadoop.shaded.javax.ws.rs.core.Application;
import org.apache.hadoop.shaded.javax.ws.rs.core.Link;
import org.apache.hadoop.shaded.javax.ws.rs.core.MediaType;
import org.apache.hadoop.shaded.javax.ws.rs.core.Response;
import org.apache.hadoop.shaded.javax.ws.rs.core.UriBuilder;
import org.apache.hadoop.shaded.javax.ws.rs.core.Variant;
import org.apache.hadoop.shaded.javax.ws.rs.ext.RuntimeDelegate;

/// What Hadoop's client lacks. Its WebHDFS parses the type of each answer by an interface (JAX-RS) whose implementation
/// its makers leave out of the jar, 3.5.0 and before; so it fails with each answer until it is given one. This one does
/// what is asked of it: read a type and a subtype.
final class MediaTypes extends RuntimeDelegate {
    private MediaTypes() {}

    /// Before the first request.
    static void provide() {
        RuntimeDelegate.setInstance(new MediaTypes());
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> HeaderDelegate<T> createHeaderDelegate(Class<T> type) {
        if (type != MediaType.class) {
            throw new UnsupportedOperationException("only types of media are read, got " + type);
        }
        return (HeaderDelegate<T>) new Reader();
    }

    private static final class Reader implements HeaderDelegate<MediaType> {
        @Override
        public MediaType fromString(String text) {
            String[] named = text.split(";", 2)[0].strip().split("/", 2);
            if (named.length < 2) {
                throw new IllegalArgumentException("\"" + text + "\" is no type of media");
            }
            return new MediaType(named[0], named[1]);
        }

        @Override
        public String toString(MediaType type) {
            return type.getType() + "/" + type.getSubtype();
        }
    }

    private static UnsupportedOperationException notAsked() {
        return new UnsupportedOperationException("a client of WebHDFS does not ask for it");
    }

    @Override
    public UriBuilder createUriBuilder() {
        throw notAsked();
    }

    @Override
    public Response.ResponseBuilder createResponseBuilder() {
        throw notAsked();
    }

    @Override
    public Variant.VariantListBuilder createVariantListBuilder() {
        throw notAsked();
    }

    @Override
    public <T> T createEndpoint(Application application, Class<T> type) {
        throw notAsked();
    }

    @Override
    public Link.Builder createLinkBuilder() {
        throw notAsked();
    }
}
