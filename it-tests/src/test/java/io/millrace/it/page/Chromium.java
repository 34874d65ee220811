package io.millrace.it.page;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The machine's Chromium, if it has one, without a window. */
final class Chromium {
    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path PICTURES = Path.of("../docs/images");

    private Chromium() {}

    /** Starts it with a window of this size; skips the test on a machine without it. */
    static ChromeDriver start(int width, int height) {
        assumeTrue(Files.exists(BROWSER) && Files.exists(DRIVER), "There is no Chromium on this machine");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu");
        ChromeDriver browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .build(),
                options);
        browser.manage().window().setSize(new Dimension(width, height));
        return browser;
    }

    /** Whether pictures of the documents are drawn again, by {@code -Dmillrace.generate=true}. */
    static boolean draws() {
        return Boolean.getBoolean("millrace.generate");
    }

    /** Draws a picture of the documents, if they are drawn again. */
    static void draw(ChromeDriver browser, String picture) throws IOException {
        if (draws()) {
            Files.createDirectories(PICTURES);
            Files.write(PICTURES.resolve(picture), browser.getScreenshotAs(OutputType.BYTES));
        }
    }
}
