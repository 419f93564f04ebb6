package io.postern.cli;

import java.util.Base64;
import java.util.concurrent.Callable;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.lang.JoseException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Makes the key that every replica of a service signs desired states with. */
@Command(
        name = "signing-key",
        mixinStandardHelpOptions = true,
        description =
                "Print a new Ed25519 private key (JWK) for POSTERN_SIGNING_KEY_FILE. Keep it secret.")
final class SigningKeyCommand implements Callable<Integer> {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws JoseException {
        OctetKeyPairJsonWebKey key =
                OkpJwkGenerator.generateJwk(OctetKeyPairJsonWebKey.SUBTYPE_ED25519);
        key.setKeyId(
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(key.calculateThumbprint("SHA-256")));
        spec.commandLine()
                .getOut()
                .println(key.toJson(JsonWebKey.OutputControlLevel.INCLUDE_PRIVATE));
        return 0;
    }
}
