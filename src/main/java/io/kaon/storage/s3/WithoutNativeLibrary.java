package io.kaon.storage.s3;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/// For the native executable only. Amazon's SDK uses a native library of its own (CRT) where it finds one, and
/// asks for it at run time. Kaon has none, but an executable is linked whole, so what would call that library
/// is replaced here. The SDK then takes what it has in Java, as on the JVM.
@SuppressWarnings("DoNotCallSuggester") // no code of ours can call them
final class WithoutNativeLibrary {
    private WithoutNativeLibrary() {}

    private static UnsupportedOperationException absent() {
        return new UnsupportedOperationException("the executable has no CRT library");
    }

    @TargetClass(className = "software.amazon.awssdk.http.auth.aws.crt.internal.signer.DefaultAwsCrtV4aHttpSigner")
    static final class Signer {
        private Signer() {}

        @Substitute
        public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
            throw absent();
        }

        @Substitute
        public CompletableFuture<AsyncSignedRequest> signAsync(
                AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
            throw absent();
        }
    }

    @TargetClass(className = "software.amazon.awssdk.checksums.internal.ChecksumProvider")
    static final class Checksums {
        private Checksums() {}

        @Substitute
        static @Nullable SdkChecksum createCrtCrc32C() {
            return null;
        }

        @Substitute
        static SdkChecksum crc64NvmeCrtImplementation() {
            throw absent();
        }

        @Substitute
        static SdkChecksum crtXxHash(ChecksumAlgorithm algorithm) {
            throw absent();
        }
    }
}
