package io.postern;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OpenApiContractTest {
    @Test
    void theCommittedContractIsWhatTheServiceServes() throws IOException {
        String served = given().queryParam("format", "yaml").get("/openapi").asString();

        // To accept a change: copy target/openapi-served.yaml over openapi/postern.yaml and review
        // the difference.
        Files.writeString(Path.of("target/openapi-served.yaml"), served);
        assertEquals(Files.readString(Path.of("openapi/postern.yaml")), served);
    }
}
