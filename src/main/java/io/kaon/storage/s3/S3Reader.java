package io.kaon.storage.s3;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.remote.PartCopy;
import io.kaon.storage.remote.RemoteFile;
import io.kaon.storage.remote.RemoteReader;
import java.io.IOException;
import java.util.Objects;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.RequestPayer;

/// Asks for the objects of one bucket, each by the tag that the listing gave. A request that fails on its way is made
/// again by the client library.
final class S3Reader implements RemoteReader {
    private final String bucket;
    private final S3Client client;
    private final S3Account account;
    private final S3Failures failures;

    S3Reader(String bucket, S3Client client, S3Account account, S3Failures failures) {
        this.bucket = bucket;
        this.client = client;
        this.account = account;
        this.failures = failures;
    }

    @Override
    public void read(RemoteFile file, PartCopy part) {
        GetObjectRequest.Builder request =
                GetObjectRequest.builder().bucket(bucket).key(file.key());
        if (file.tag().isEmpty()) {
            request.ifUnmodifiedSince(file.changed());
        } else {
            request.ifMatch(file.tag());
        }
        if (!part.isWhole()) {
            request.range("bytes=" + part.from() + "-" + (part.from() + part.length() - 1));
        }
        if (account.requesterPays()) {
            request.requestPayer(RequestPayer.REQUESTER);
        }
        PartCopy _ = client.getObject(request.build(), (response, body) -> {
            take(file, part, response, body);
            return part;
        });
    }

    private static void take(RemoteFile file, PartCopy part, GetObjectResponse response, AbortableInputStream body) {
        boolean whole = false;
        try {
            requireWanted(file, part, response);
            part.take(body);
            whole = true;
        } catch (IOException broken) {
            throw RetryableException.create(broken.getMessage(), broken);
        } finally {
            if (!whole) {
                body.abort();
            }
        }
    }

    private static void requireWanted(RemoteFile file, PartCopy part, GetObjectResponse response) {
        if (!file.tag().isEmpty() && response.eTag() != null && !file.tag().equals(response.eTag())) {
            throw refused(part, "has changed since it was listed: expected " + file.tag() + ", got " + response.eTag());
        }
        if (Objects.requireNonNullElse(response.contentLength(), part.length()) != part.length()) {
            throw refused(
                    part,
                    "is not what was asked for: expected " + part.length() + " bytes from byte " + part.from()
                            + ", got " + response.contentLength());
        }
    }

    /// What came is not what was asked for, and will not be if it is asked for again.
    private static ServingException refused(PartCopy part, String why) {
        return new ServingException(ErrorKind.STORAGE_FAILED, part.file() + " " + why);
    }

    @Override
    public ServingException explain(Location place, Throwable failure) {
        return failures.explain(place, failure);
    }
}
