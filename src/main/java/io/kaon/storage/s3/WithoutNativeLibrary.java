package io.kaon.storage.s3;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4aHttpSigner;

/// For the native executable only. Amazon's SDK uses a native library of its own (CRT) where it finds one, and
/// asks for it at run time. Kaon has none, but an executable is linked whole, so what would call that library
/// is replaced here. The SDK then takes what it has in Java, as on the JVM.
@SuppressWarnings("DoNotCallSuggester") // no code of ours can call them
final class WithoutNativeLibrary {
    private WithoutNativeLibrary() {}

    private static UnsupportedOperationException absent() {
        return new UnsupportedOperationException("the executable has no CRT library");
    }

    /// Signatures for several regions at once, which only access points for several regions ask for.
    @TargetClass(AwsV4aHttpSigner.class)
    static final class Signer {
        private Signer() {}

        @Substitute
        public static AwsV4aHttpSigner create() {
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
