package io.postern.fleet.jose;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.lang.JoseException;

/** The Ed25519 key that signs desired states; read once, at start. */
@ApplicationScoped
public class ServiceKey {
    /** Where the key is. */
    @ConfigMapping(prefix = "postern")
    public interface Settings {
        /** File with the private key as a JWK. */
        @WithName("signing-key-file")
        String signingKeyFile();

        /** Whether a missing key is made: only with the database of its own. */
        @WithName("signing-key-may-be-made")
        @WithDefault("false")
        boolean signingKeyMayBeMade();
    }

    private final OctetKeyPairJsonWebKey key;

    ServiceKey(Settings settings) {
        this.key = read(Path.of(settings.signingKeyFile()), settings.signingKeyMayBeMade());
    }

    private static OctetKeyPairJsonWebKey read(Path file, boolean mayBeMade) {
        try {
            if (!Files.exists(file) && mayBeMade) {
                make(file);
            }
            JsonWebKey key =
                    JsonWebKey.Factory.newJwk(Files.readString(file, StandardCharsets.UTF_8));
            if (key instanceof OctetKeyPairJsonWebKey pair && pair.getPrivateKey() != null) {
                if (pair.getKeyId() == null) {
                    pair.setKeyId(thumbprint(pair));
                }
                return pair;
            }
            throw new IllegalStateException(
                    "the signing key in " + file + " is no Ed25519 private JWK");
        } catch (IOException | JoseException e) {
            throw new IllegalStateException(
                    "the signing key in " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void make(Path file) throws IOException, JoseException {
        OctetKeyPairJsonWebKey made =
                OkpJwkGenerator.generateJwk(OctetKeyPairJsonWebKey.SUBTYPE_ED25519);
        made.setKeyId(thumbprint(made));
        Path part = Files.createTempFile(file.toAbsolutePath().getParent(), "signing", ".part");
        if (part.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-------"));
        }
        Files.writeString(part, made.toJson(JsonWebKey.OutputControlLevel.INCLUDE_PRIVATE));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String thumbprint(JsonWebKey key) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(key.calculateThumbprint("SHA-256"));
    }

    OctetKeyPairJsonWebKey pair() {
        return key;
    }

    public String keyId() {
        return key.getKeyId();
    }

    /** The public half as a JWK, for agents to keep. */
    public String publicJwk() {
        return key.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }
}
