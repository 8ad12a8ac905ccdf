package io.kaon.storage.s3;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.NonRetryableException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.TlsTrustManagersProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSupplier;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/// What all accounts share: the HTTP client, and a bound on what is fetched at once. Made when the first
/// account needs it, so that a server whose models are elsewhere has none of it.
///
/// The client is the SDK's smallest, which waits for answers on the threads that ask. Its asynchronous one, on
/// Netty, copies every eight kilobytes into an array of their own: beside this one it brought half as many
/// bytes in a second, and left 280 MB more in the heap.
///
/// Safe for use by several threads.
final class S3Connections implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /// No byte for so long: the request is made again, on another connection.
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private static final int ATTEMPTS = 6;

    private static final String NO_REGION = "us-east-1";

    private final @Nullable Path authorities;
    private final Semaphore fetches;
    private @Nullable SdkHttpClient http;
    private boolean closed;

    /// @param connections that fetch at the same time
    /// @param authorities certificates as PEM; null for the JDK's
    S3Connections(int connections, @Nullable Path authorities) {
        this.authorities = authorities;
        this.fetches = new Semaphore(connections, true);
    }

    /// One for each object, or part of one, that is being fetched.
    Semaphore fetches() {
        return fetches;
    }

    /// A client of one account, which shares the connections. The caller closes it.
    synchronized S3Client client(S3Account account) {
        if (closed) {
            throw new ServingException(ErrorKind.NOT_READY, "the server is stopping");
        }
        S3ClientBuilder builder = S3Client.builder()
                .httpClient(http())
                .region(region(account))
                .credentialsProvider(provider(account.credentials()))
                .forcePathStyle(account.pathStyle())
                // Ceph, older releases of MinIO and others refuse what the SDK asks for by default.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(override -> override.retryStrategy(StandardRetryStrategy.builder()
                        .maxAttempts(ATTEMPTS)
                        .retryOnException(S3Connections::brokeOff)
                        .build()));
        if (account.endpoint() == null) {
            builder.crossRegionAccessEnabled(true);
        } else {
            builder.endpointOverride(account.endpoint());
        }
        return builder.build();
    }

    /// Whether the answer broke off while it was read, as the SDK finds out by itself only before it reads.
    private static boolean brokeOff(Throwable failure) {
        boolean network = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NonRetryableException) {
                return false;
            }
            network |= cause instanceof IOException;
        }
        return network;
    }

    private SdkHttpClient http() {
        SdkHttpClient made = http;
        if (made == null) {
            UrlConnectionHttpClient.Builder builder =
                    UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(SILENCE);
            if (authorities != null) {
                builder.tlsTrustManagersProvider(trust(authorities));
            }
            made = builder.build();
            http = made;
        }
        return made;
    }

    private static AwsCredentialsProvider provider(S3Credentials credentials) {
        return switch (credentials) {
            // Asks for new ones by itself before those expire that it has.
            case S3Credentials.Found _ -> DefaultCredentialsProvider.builder().build();
            case S3Credentials.Anonymous _ -> AnonymousCredentialsProvider.create();
            case S3Credentials.Keys(String id, String secret, String token) ->
                StaticCredentialsProvider.create(
                        token == null
                                ? AwsBasicCredentials.create(id, secret)
                                : AwsSessionCredentials.create(id, secret, token));
            case S3Credentials.Profile profile ->
                ProfileCredentialsProvider.builder()
                        .profileFile(files(profile))
                        .profileName(profile.name())
                        .build();
        };
    }

    private static ProfileFileSupplier files(S3Credentials.Profile profile) {
        return profile.file() == null
                ? ProfileFileSupplier.defaultSupplier()
                : ProfileFileSupplier.reloadWhenModified(profile.file(), ProfileFile.Type.CREDENTIALS);
    }

    /// Does not ask the metadata of an instance: where there is none, that takes seconds.
    private static Region region(S3Account account) {
        if (account.region() != null) {
            return Region.of(account.region());
        }
        AwsRegionProvider chain = new AwsRegionProviderChain(
                new SystemSettingsRegionProvider(),
                new AwsProfileRegionProvider(
                        null, account.credentials() instanceof S3Credentials.Profile named ? named.name() : null));
        try {
            return chain.getRegion();
        } catch (SdkClientException _) {
            return Region.of(NO_REGION);
        }
    }

    private static TlsTrustManagersProvider trust(Path authorities) {
        try (InputStream pem = Files.newInputStream(authorities)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int next = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("authority-" + next++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory::getTrustManagers;
        } catch (IOException | GeneralSecurityException unusable) {
            throw new ServingException(
                    ErrorKind.STORAGE_FAILED,
                    "kaon.s3.ca-file: expected certificates as PEM in " + authorities + ", got " + unusable,
                    unusable);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (http != null) {
            http.close();
        }
    }
}
