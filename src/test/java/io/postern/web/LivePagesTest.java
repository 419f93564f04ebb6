package io.postern.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.Cookie;
import io.postern.TestBrowser;
import io.postern.change.ChangeService;
import io.postern.policy.EntryKind;
import io.postern.policy.Operation;
import io.postern.security.Actor;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Pages that stay open and are kept fresh. */
@QuarkusTest
class LivePagesTest {
    private static final Actor AUTHOR = new Actor("live-author", Set.of("author"));

    /** Counts what a page has heard, since what it does about it is what is tested. */
    private static final String COUNTING =
            """
            window.heard = 0;
            const Source = window.EventSource;
            window.EventSource = class extends Source {
              constructor(url, options) {
                super(url, options);
                this.addEventListener("change", () => { window.heard++; });
                this.addEventListener("hello", () => { window.greeted = true; });
              }
            };
            """;

    @Inject ChangeService changes;

    private String draft(String name) {
        String title = name + " " + System.nanoTime();
        String key = "t" + System.nanoTime();
        changes.create(
                AUTHOR,
                title,
                "",
                null,
                List.of(
                        new Operation(
                                Operation.Action.PUT,
                                EntryKind.SERVER,
                                key,
                                "{\"name\":\"" + key + "\",\"addresses\":[\"10.9.0.1\"]}")));
        return title;
    }

    private static String url() {
        return RestAssured.baseURI + ":" + RestAssured.port;
    }

    private static Page signedIn(TestBrowser browser) {
        // The counting is looked at by eval, which the pages' own policy forbids.
        BrowserContext context =
                browser.browser().newContext(new Browser.NewContextOptions().setBypassCSP(true));
        String session = SignedIn.as("live-author", "author", "reader").session().split("=", 2)[1];
        context.addCookies(List.of(new Cookie("postern-session", session).setUrl(url())));
        return context.newPage();
    }

    /** Lets the page's own fetches through, unless they are to be held. */
    private static void route(Page page, List<Route> held, AtomicBoolean isHolding) {
        page.route(
                "**/ui?show=*",
                route -> {
                    if (isHolding.get() && route.request().headers().containsKey("hx-request")) {
                        held.add(route);
                    } else {
                        route.resume();
                    }
                });
    }

    @Test
    void whatHappensWhileThePageFetchesIsFetchedToo() {
        try (TestBrowser browser = TestBrowser.start()) {
            List<Route> held = new ArrayList<>();
            AtomicBoolean isHolding = new AtomicBoolean();
            Page page = signedIn(browser);
            page.addInitScript(COUNTING);
            route(page, held, isHolding);
            page.navigate(url() + "/ui?show=open");
            page.waitForFunction("window.greeted === true");
            String before = draft("Before");
            assertThat(page.locator("#rows")).containsText(before);
            int heard = ((Number) page.evaluate("window.heard")).intValue();

            isHolding.set(true);
            String first = draft("First");
            page.waitForCondition(() -> !held.isEmpty());
            isHolding.set(false);
            APIResponse old = held.get(0).fetch();
            String second = draft("Second");
            page.waitForFunction("window.heard >= " + (heard + 2));
            held.get(0).fulfill(new Route.FulfillOptions().setResponse(old));

            assertThat(page.locator("#rows")).containsText(first);
            assertThat(page.locator("#rows")).containsText(second);
        }
    }

    @Test
    void whatHappenedBeforeThePageListenedIsFetchedWhenItDoes() {
        try (TestBrowser browser = TestBrowser.start()) {
            List<Route> streams = new ArrayList<>();
            Page page = signedIn(browser);
            page.route("**/ui/events", streams::add);
            page.navigate(url() + "/ui?show=open");
            page.waitForCondition(() -> !streams.isEmpty());
            String meanwhile = draft("Meanwhile");
            assertThat(page.locator("#rows")).not().containsText(meanwhile);

            streams.get(0).resume();

            assertThat(page.locator("#rows")).containsText(meanwhile);
        }
    }
}
