package io.postern;

import static io.restassured.RestAssured.given;

import io.restassured.specification.RequestSpecification;
import java.util.Set;
import java.util.UUID;

/** People of the tests, made by the administrator through the API. */
public final class TestUsers {
    public static final String PASSWORD = "a password for tests";

    private TestUsers() {}

    /** Makes the account unless it is there. */
    public static void ensure(String name, String... roles) {
        int status =
                as("admin")
                        .contentType("application/json")
                        .body(new NewUser(name, PASSWORD, Set.of(roles)))
                        .post("/api/v1/users")
                        .statusCode();
        if (status != 201 && status != 409) {
            throw new IllegalStateException("cannot make " + name + ": " + status);
        }
    }

    /** A request of that person. */
    public static RequestSpecification as(String name) {
        // Colons of actions stay as they are.
        return given().urlEncodingEnabled(false).auth().preemptive().basic(name, PASSWORD);
    }

    /** A writing request of that person with a fresh Idempotency-Key. */
    public static RequestSpecification acting(String name) {
        return as(name).contentType("application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString());
    }

    record NewUser(String name, String password, Set<String> roles) {}
}
