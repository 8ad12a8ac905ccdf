package io.kaon.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Moto, which answers for S3, STS and IAM at one endpoint. It takes any credentials until it is told to
/// insist. It keeps any key, however odd. It is there where `.ci/servers` could install it.
public final class Moto implements AutoCloseable {
    /// Why a test that needs it is skipped.
    public static final String ABSENCE =
            "there is no Moto in target/servers: .ci/servers installs it where Python and a package index are";

    private static final Path PROGRAM =
            Path.of("target/servers/moto/bin/moto_server").toAbsolutePath();
    private static final String ACCOUNT = "123456789012";

    private final S3Server s3;
    private final HttpClient client = HttpClient.newHttpClient();

    private Moto(S3Server s3) {
        this.s3 = s3;
    }

    public static boolean isThere() {
        return Files.isExecutable(PROGRAM);
    }

    /// Starts one that is empty, and waits until it listens: a second or two.
    public static Moto start() {
        ChildServer process = ChildServer.start(
                List.of(PROGRAM.toString(), "--host", "127.0.0.1", "--port", "0"),
                // Else the line that says where it listens waits in a buffer.
                Map.of("PYTHONUNBUFFERED", "1"),
                Pattern.compile("Running on (http://127\\.0\\.0\\.1:\\d+)"));
        return new Moto(
                new S3Server(process, URI.create(process.awaitReady()), "AKIDKAONTESTS", "secret-of-the-tests"));
    }

    /// Its S3, and the endpoint of all of it.
    public S3Server s3() {
        return s3;
    }

    /// Makes a role that every web identity may take.
    ///
    /// @param policy what the role may do, as a JSON document of IAM
    /// @return the role's ARN
    public String createRole(String name, String policy) {
        iam(Map.of(
                "Action", "CreateRole",
                "RoleName", name,
                "AssumeRolePolicyDocument", """
                        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
                         "Action": "sts:AssumeRoleWithWebIdentity"}]}"""));
        iam(Map.of("Action", "PutRolePolicy", "RoleName", name, "PolicyName", "policy", "PolicyDocument", policy));
        return "arn:aws:iam::" + ACCOUNT + ":role/" + name;
    }

    /// Lets it check signatures, tokens and what a role may do from the request after so many on. Requests that
    /// carry no signature, as STS takes them, it only answers before.
    public void insistAfter(int requests) {
        send(HttpRequest.newBuilder(s3.endpoint().resolve("/moto-api/reset-auth"))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString(Integer.toString(requests)))
                .build());
    }

    private void iam(Map<String, String> parameters) {
        String form = parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
        send(HttpRequest.newBuilder(s3.endpoint())
                // Tells the service that is meant.
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/iam/aws4_request")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form + "&Version=2010-05-08"))
                .build());
    }

    private void send(HttpRequest request) {
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError(request + " got " + answer.statusCode() + ": " + answer.body());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /// Kills it.
    @Override
    public void close() {
        client.shutdownNow();
        s3.close();
    }
}
