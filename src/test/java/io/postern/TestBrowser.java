package io.postern;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** The system's Chromium; a test that asks for it is skipped where there is none. */
public final class TestBrowser implements AutoCloseable {
    private final Playwright playwright;
    private final Browser browser;

    private TestBrowser(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** Skips the test if there is no Chromium. */
    public static void assumeInstalled() {
        Assumptions.assumeTrue(
                Files.isExecutable(chromium()),
                "SKIPPED: no Chromium at "
                        + chromium()
                        + "; set POSTERN_CHROMIUM to run the browser test");
    }

    /** Starts it, after {@link #assumeInstalled()}. */
    public static TestBrowser start() {
        assumeInstalled();
        Playwright playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        return new TestBrowser(
                playwright,
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(chromium())
                                        .setArgs(
                                                List.of(
                                                        "--no-sandbox",
                                                        "--disable-gpu",
                                                        "--disable-quic",
                                                        "--no-first-run",
                                                        "--disable-background-networking",
                                                        "--disable-component-update",
                                                        "--disable-sync"))));
    }

    private static Path chromium() {
        return Path.of(System.getenv().getOrDefault("POSTERN_CHROMIUM", "/usr/bin/chromium"));
    }

    public Browser browser() {
        return browser;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
