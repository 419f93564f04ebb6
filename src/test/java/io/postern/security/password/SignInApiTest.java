package io.postern.security.password;

import static io.postern.TestUsers.as;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.TestUsers;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Sign-ins that are known from memory end when they must. */
@QuarkusTest
class SignInApiTest {
    private static final String WHO_AM_I = "/api/v1/users/me";

    private static String somebody() {
        String name = "s" + UUID.randomUUID();
        TestUsers.ensure(name, "reader");
        return name;
    }

    private static int status(String name) {
        return as(name).get(WHO_AM_I).statusCode();
    }

    private static int administer(String name, String action) {
        return as("admin")
                .contentType("application/json")
                .post("/api/v1/users/" + name + ":" + action)
                .statusCode();
    }

    @Test
    void aDisabledAccountIsRefusedFromTheNextRequestOn() {
        String name = somebody();
        for (int i = 0; i < 5; i++) {
            assertEquals(200, status(name));
            assertEquals(200, status(name));
            assertEquals(200, administer(name, "disable"));
            assertEquals(401, status(name));
            assertEquals(200, administer(name, "enable"));
        }
        assertEquals(200, status(name));
    }

    @Test
    void aWrongPasswordIsRefusedWhileTheRightOneIsKnown() {
        String name = somebody();
        assertEquals(200, status(name));

        for (String wrong : new String[] {"", "wrong", TestUsers.PASSWORD + " "}) {
            given().auth()
                    .preemptive()
                    .basic(name, wrong)
                    .get(WHO_AM_I)
                    .then()
                    .statusCode(401)
                    .body("type", equalTo("urn:postern:problem:not-authenticated"));
        }
        assertEquals(200, status(name));
    }

    @Test
    void anAdministratorIsAlwaysLeft() {
        as("admin")
                .contentType("application/json")
                .post("/api/v1/users/admin:disable")
                .then()
                .statusCode(403)
                .body("detail", equalTo("nobody disables the account they act with"));
        assertEquals(200, status("admin"));
    }

    @Test
    void anAccountThatIsNotThereIsNotFound() {
        assertEquals(404, administer("nobody-of-that-name", "disable"));
        assertEquals(404, administer("nobody-of-that-name", "enable"));
    }
}
