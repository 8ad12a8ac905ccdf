package io.kaon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

final class SvgPlotTest {
    private static final Cell KAON = new Cell(Transport.REST, "mlp x1", Cell.connections(16), "kaon");

    private static final Machine MACHINE =
            new Machine("Abacus <3> & Sons", 2, 24, "Linux 6", "Temurin 25", LocalDate.of(2026, 1, 2), 0.25);

    @TempDir
    private Path folder;

    private final Sheet sheet = new Sheet();

    @Test
    void drawsBarsAsLongAsTheirMedians() throws Exception {
        add(KAON, 10, 40, 20);
        add(KAON.on("echo"), 10);
        List<Double> lengths = lengths();
        assertThat(lengths).hasSize(2);
        assertThat(lengths.getFirst()).isCloseTo(2 * lengths.getLast(), within(0.2));
    }

    @Test
    void drawsWhiskersOnlyWhereRoundsDiffer() throws Exception {
        add(KAON, 10, 40, 20);
        add(KAON.on("echo"), 10, 10);
        assertThat(elements("path")).hasSize(1);
    }

    @Test
    void givesAServerOneColourWhereverItIsMeasured() throws Exception {
        Cell other = new Cell(Transport.GRPC, "mlp x8", Cell.OPEN, "kaon");
        add(KAON.on("quarkus"), 10);
        add(KAON, 10);
        add(other.on("node"), 10);
        add(other, 10);
        List<String> colours = elements("rect").stream()
                .map(bar -> bar.getAttribute("fill"))
                .skip(1)
                .toList();
        assertThat(colours).hasSize(4).first().isEqualTo(colours.get(2));
        assertThat(new HashSet<>(colours)).hasSize(3);
    }

    /// The servers are measured in another order in each round, and must not be drawn in it.
    @Test
    void drawsServersInTheSameOrderInEveryGroup() throws Exception {
        Cell other = new Cell(Transport.GRPC, "mlp x8", Cell.OPEN, "kaon");
        add(KAON.on("echo"), 10);
        add(KAON, 10);
        add(other, 10);
        add(other.on("echo"), 10);
        assertThat(texts()).containsSubsequence("kaon", "echo", "kaon", "echo");
    }

    @Test
    void showsTheModelsOwnArithmeticBesideEveryServerOfIt() throws Exception {
        add(Cell.bare("mlp x1"), 50);
        add(Cell.bare("mlp x8"), 100);
        add(KAON, 60);
        add(KAON.on("echo"), 10);
        assertThat(texts())
                .endsWith("REST, mlp x1, 16 connections", "kaon", "60.0 µs", "echo", "10.0 µs", "bare run", "50.0 µs");
    }

    @Test
    void givesEachGroupAScaleOfItsOwn() throws Exception {
        add(KAON, 1000);
        add(new Cell(Transport.REST, "half_plus_two", Cell.connections(16), "kaon"), 10);
        assertThat(lengths()).hasSize(2);
        assertThat(new HashSet<>(lengths())).hasSize(1);
    }

    @Test
    void staysInsideItsFrame() throws Exception {
        add(KAON, 0.1);
        add(KAON.on("kaon, mixed, alone"), 12_345.6, 123_456.7);
        String[] frame = plot().getDocumentElement().getAttribute("viewBox").split(" ", -1);
        // A digit is not wider than 7 pixels at this size.
        for (Element text : elements("text")) {
            double width = 7.0 * text.getTextContent().length();
            boolean toTheLeft = text.getAttribute("text-anchor").equals("end");
            double left = number(text, "x") - (toTheLeft ? width : 0);
            assertThat(left).as(text.getTextContent()).isNotNegative();
            assertThat(left + width).as(text.getTextContent()).isLessThan(Double.parseDouble(frame[2]));
            assertThat(number(text, "y")).as(text.getTextContent()).isLessThan(Double.parseDouble(frame[3]));
        }
    }

    @Test
    void takesMachinesByAnyName() throws Exception {
        assertThat(texts()).anySatisfy(text -> assertThat(text).contains("Abacus <3> & Sons"));
    }

    @Test
    void writesUnits() throws Exception {
        add(KAON, 45.25);
        assertThat(texts()).contains("REST, mlp x1, 16 connections", "kaon", "45.3 µs");
    }

    private void add(Cell cell, double... cpuMicros) {
        for (double micros : cpuMicros) {
            sheet.add(cell, new Sample(new Load(1, 0, 1, 1, 1, 1), micros, 0));
        }
    }

    private List<Double> lengths() throws Exception {
        return elements("rect").stream()
                .skip(1)
                .map(bar -> number(bar, "width"))
                .toList();
    }

    private List<String> texts() throws Exception {
        return elements("text").stream().map(Element::getTextContent).toList();
    }

    /// The first rectangle is the background.
    private List<Element> elements(String name) throws Exception {
        NodeList nodes = plot().getElementsByTagName(name);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    private Document plot() throws Exception {
        Path file = folder.resolve("cpu.svg");
        new SvgPlot(sheet, MACHINE).write(file);
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }
}
