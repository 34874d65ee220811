package io.millrace.it.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** The pictures of the documents are drawn from their text. */
class DiagramsTest {
    private static final Path PICTURES = DocumentsTest.PROJECT.resolve("docs/diagrams");
    private static final Path SOURCES = DocumentsTest.PROJECT.resolve("it-tests/src/test/diagrams");

    @Test
    void picturesAreDrawnFromTheirText() throws IOException {
        Map<String, String> pictures = new TreeMap<>();
        try (Stream<Path> sources = Files.list(SOURCES)) {
            for (Path source : sources.toList()) {
                String name = source.getFileName().toString().replace(".txt", ".svg");
                pictures.put(name, FlowDiagram.parse(Files.readString(source)).toSvg());
            }
        }

        assertThat(pictures).hasSize(3);
        new GeneratedFiles(PICTURES, pictures).check();
    }

    @Test
    void aPictureIsXmlWithAllTexts() throws Exception {
        String svg = FlowDiagram.parse("A <title>\nrow\nOne | first & \"only\"\n-> a > b\nTwo\nrow\nThree")
                .toSvg();

        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(document.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("A <title>");
        assertThat(document.getDocumentElement().getTextContent())
                .contains("One", "first & \"only\"", "a > b", "Two", "Three");
        assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(1 + 3);
    }

    @Test
    void refusesATextThatDoesNotFit() {
        assertThatThrownBy(() -> FlowDiagram.parse("A\nrow\na name that has more characters than its box"))
                .hasMessageContaining("at most 28 characters");
        assertThatThrownBy(() -> FlowDiagram.parse("A\nOne")).hasMessageContaining("expected 'row'");
    }
}
