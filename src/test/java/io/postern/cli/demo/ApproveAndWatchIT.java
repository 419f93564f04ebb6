package io.postern.cli.demo;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import io.postern.TestBrowser;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Two people in two browsers: one approves, the other starts the rollout and watches it live. */
class ApproveAndWatchIT {
    private static final double ROLLOUT_MILLIS = 120_000;

    @Test
    void bobApprovesAndAliceWatchesTheRolloutToItsProof() throws Exception {
        TestBrowser.assumeInstalled();
        try (Scenario scenario =
                        Scenario.inForce(new Story.Conditions(1000, List.of(), List.of()));
                TestBrowser browser = TestBrowser.start()) {
            Story story = scenario.story;
            String title = "Open the new hall";
            long change =
                    story.draftGrant(
                            title,
                            "new-hall",
                            Map.of(
                                    "key", "new-hall",
                                    "from", Map.of("addresses", List.of("10.20.66.0/24")),
                                    "tier", "internal",
                                    "owner", "hall",
                                    "reason", "printers",
                                    "expires", "2028-12-31"));
            story.submit(change);

            approve(browser.browser(), story, change, title);
            watch(browser.browser(), story, change);
        }
    }

    private static Page signedIn(BrowserContext context, Story story, Person person) {
        Page page = context.newPage();
        page.navigate(story.url() + "/ui");
        page.locator("input[name=j_username]").fill(person.name());
        page.locator("input[name=j_password]").fill(person.password());
        page.locator("button[type=submit]").first().click();
        page.waitForURL(Pattern.compile(".*/ui/?(\\?.*)?$"));
        return page;
    }

    private static void approve(Browser browser, Story story, long change, String title) {
        try (BrowserContext context = browser.newContext()) {
            Page page = signedIn(context, story, story.bob());
            assertThat(page.getByText(title).first()).isVisible();
            page.navigate(story.url() + "/ui/changes/" + change);
            assertThat(page.locator("#impact")).containsText("10.20.66.0/24");
            page.locator("#approve textarea").fill("looked at the impact");
            page.locator("#approve button").click();
            assertThat(page.locator(".headline").first())
                    .containsText(Pattern.compile("approved", Pattern.CASE_INSENSITIVE));
        }
    }

    private static void watch(Browser browser, Story story, long change) {
        try (BrowserContext context =
                browser.newContext(new Browser.NewContextOptions().setViewportSize(390, 800))) {
            Page page = signedIn(context, story, story.alice());
            page.navigate(story.url() + "/ui/changes/" + change);
            page.locator("button:has-text('Start rollout')").click();
            page.waitForURL(Pattern.compile(".*/ui/rollouts/\\d+.*"));
            Locator live = page.locator("#live .verdict");
            // The page is never reloaded: only the event stream can bring this.
            assertThat(live)
                    .containsText(
                            Pattern.compile("verified", Pattern.CASE_INSENSITIVE),
                            new LocatorAssertions.ContainsTextOptions().setTimeout(ROLLOUT_MILLIS));
            assertThat(page.locator(".matrix").first()).containsText("10.20.66.0");
            page.locator(".matrix details summary").first().click();
            assertThat(page.locator(".matrix pre").first()).containsText("EHLO");
        }
    }
}
