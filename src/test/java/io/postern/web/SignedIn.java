package io.postern.web;

import static io.restassured.RestAssured.given;

import io.postern.TestUsers;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A person with a browser: signs in by the form, keeps cookies, sends the page's token along. */
public final class SignedIn {
    private static final Pattern TOKEN = Pattern.compile("name=\"csrf-token\" value=\"([^\"]+)\"");

    private final Map<String, String> cookies = new HashMap<>();

    private SignedIn() {}

    /** The form's own cookies and those that came before it. */
    public static SignedIn as(String name, String... roles) {
        TestUsers.ensure(name, roles);
        SignedIn person = new SignedIn();
        Response answer =
                person.request()
                        .contentType(ContentType.URLENC)
                        .formParam("j_username", name)
                        .formParam("j_password", TestUsers.PASSWORD)
                        .post("/ui/sign-in");
        if (answer.statusCode() != 302 || answer.cookie("postern-session") == null) {
            throw new IllegalStateException(
                    "cannot sign in as " + name + ": " + answer.statusLine());
        }
        person.cookies.putAll(answer.cookies());
        return person;
    }

    RequestSpecification request() {
        return given().redirects()
                .follow(false)
                .config(
                        io.restassured.RestAssured.config()
                                .encoderConfig(
                                        EncoderConfig.encoderConfig()
                                                .defaultContentCharset("UTF-8")))
                .cookies(cookies);
    }

    public Response get(String path) {
        Response answer = request().get(path);
        cookies.putAll(answer.cookies());
        return answer;
    }

    /** The session, for clients that keep cookies in a header. */
    String session() {
        return "postern-session=" + cookies.get("postern-session");
    }

    /** Posts a form with the token that a page of theirs carries. */
    public Response post(String path, Map<String, ?> fields) {
        Matcher token = TOKEN.matcher(get("/ui").asString());
        if (!token.find()) {
            throw new IllegalStateException("the inbox carries no token");
        }
        return request()
                .contentType(ContentType.URLENC)
                .formParam("csrf-token", token.group(1))
                .formParams(fields)
                .post(path);
    }
}
