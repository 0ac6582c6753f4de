package io.capstan.demo.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.capstan.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A browser without a screen, where this machine has one. */
final class Chromium implements AutoCloseable {
    private static final List<String> BROWSERS = List.of("/usr/bin/chromium", "/usr/bin/google-chrome");
    private static final List<String> DRIVERS = List.of("/usr/bin/chromedriver", "/usr/lib/chromium/chromedriver");

    private static final Map<String, String> TIMES = Map.of(
            "TaskDuration",
            "all",
            "ScriptDuration",
            "script",
            "RecalcStyleDuration",
            "style",
            "LayoutDuration",
            "layout");

    private final ChromeDriver driver;

    private Chromium(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Skips the test, with a message, where there is none. */
    static Chromium open() {
        Optional<Path> browser = first(BROWSERS);
        Optional<Path> program = first(DRIVERS);
        assumeTrue(
                browser.isPresent() && program.isPresent(),
                "no browser here: apt-get install chromium chromium-driver, and these tests run");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser.orElseThrow().toString());
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars");
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(program.orElseThrow().toFile())
                .build();
        Chromium opened = new Chromium(new ChromeDriver(service, options));
        opened.size(1440, 1000, false);
        return opened;
    }

    private static Optional<Path> first(List<String> paths) {
        return paths.stream().map(Path::of).filter(Files::isExecutable).findFirst();
    }

    void show(String address) {
        driver.get(address);
    }

    /** Of what is seen, in its own pixels. */
    void size(int width, int height, boolean phone) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", phone ? 2 : 1, "mobile", phone));
    }

    void theme(String name) {
        driver.executeScript(
                "localStorage.setItem('capstan-theme', arguments[0]); document.documentElement.dataset.theme = arguments[0]",
                name);
    }

    /** The value of an expression of the page. */
    @Nullable
    Object value(String expression) {
        return driver.executeScript("return " + expression);
    }

    long number(String expression) {
        return ((Number) Objects.requireNonNull(value(expression))).longValue();
    }

    boolean holds(String expression) {
        return Boolean.TRUE.equals(value(expression));
    }

    void await(String description, String expression) {
        Await.until(description, Duration.ofMinutes(3), () -> holds(expression));
    }

    void click(String selector) {
        Await.until("there is a " + selector, () -> {
            try {
                // As a hand's click, but wherever it is: a page that is drawn anew moves under a pointer.
                return holds("(() => { const e = document.querySelector(" + quoted(selector)
                        + "); if (!e || e.disabled) return false; e.dispatchEvent(new MouseEvent('click', {bubbles: true}));"
                        + " return true; })()");
            } catch (StaleElementReferenceException redrawn) {
                return false;
            }
        });
    }

    WebElement element(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    String text(String selector) {
        return String.valueOf(value("(document.querySelector(" + quoted(selector) + ")?.textContent ?? '')"));
    }

    static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** What the page said in its console that it should not have. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                // A refusal, as when nobody leads who could be killed: the page shows it.
                .filter(message -> !message.contains("status of 409"))
                .toList();
    }

    void assertNoComplaints() {
        assertThat(complaints()).as("errors in the console").isEmpty();
    }

    /** Writes what is seen to {@code -Dlab.screenshots=FOLDER}. */
    void picture(String name) {
        try {
            Path file = Path.of(System.getProperty("lab.screenshots")).resolve(name + ".png");
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Milliseconds that the page's main thread has been busy: with all, script, style and layout. */
    Map<String, Double> metrics() {
        driver.executeCdpCommand("Performance.enable", Map.of());
        Map<String, Double> ms = new TreeMap<>();
        for (Object each : (List<?>) Objects.requireNonNull(
                driver.executeCdpCommand("Performance.getMetrics", Map.of()).get("metrics"))) {
            Map<?, ?> metric = (Map<?, ?>) each;
            String name = TIMES.get(String.valueOf(metric.get("name")));
            if (name != null && metric.get("value") instanceof Number seconds) {
                ms.put(name, seconds.doubleValue() * 1000);
            }
        }
        return ms;
    }

    Stream<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector)).stream();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
