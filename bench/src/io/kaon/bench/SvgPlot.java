package io.kaon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A bar for each server under each load: processor time per request, with a whisker from the least to the most of all
/// rounds.
final class SvgPlot {
    private static final int LABELS = 330;
    private static final int WIDTH = 900;
    private static final int LINE = 18;
    private static final int TOP = 50;

    /// Told apart also by those who do not see all colours, and on a dark page as well.
    private static final List<String> COLOURS =
            List.of("#0072b2", "#56b4e9", "#999999", "#e69f00", "#009e73", "#cc79a7", "#d55e00");

    private final Sheet sheet;
    private final Machine machine;
    private final List<String> servers = new ArrayList<>();
    private final StringBuilder svg = new StringBuilder();

    SvgPlot(Sheet sheet, Machine machine) {
        this.sheet = sheet;
        this.machine = machine;
    }

    void write(Path file) throws IOException {
        Map<String, List<Cell>> groups = new LinkedHashMap<>();
        double most = 1;
        for (Cell cell : sheet.samples().keySet()) {
            groups.computeIfAbsent(
                            cell.transport() + ", " + cell.workload() + ", " + cell.load(), _ -> new ArrayList<>())
                    .add(cell);
            most = Math.max(most, sheet.cpu(cell).most());
        }
        int y = TOP;
        for (Map.Entry<String, List<Cell>> group : groups.entrySet()) {
            text(10, y, "bold", group.getKey());
            for (Cell cell : group.getValue()) {
                bar(y, cell, (WIDTH - LABELS - 110) / most);
                y += LINE;
            }
            y += LINE / 2;
        }
        Files.writeString(
                file,
                String.format(Locale.ROOT, """
                                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">
                                <rect width="100%%" height="100%%" fill="white"/>
                                <text x="10" y="18" font-size="14" font-weight="bold">Processor time of the server per request, µs</text>
                                <text x="10" y="34" fill="#555">%s</text>
                                """, WIDTH, y, machine.describe().replace("&", "&amp;")) + svg + "</svg>\n");
    }

    private void bar(int y, Cell cell, double scale) {
        Spread cpu = sheet.cpu(cell);
        text(LABELS - 110, y, "normal", cell.server());
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                LABELS,
                y - LINE + 8,
                cpu.median() * scale,
                LINE - 5,
                colour(cell.server())));
        svg.append(String.format(
                Locale.ROOT,
                "<path d=\"M%.1f %dH%.1f\" stroke=\"black\"/>%n",
                LABELS + cpu.least() * scale,
                y - 4,
                LABELS + cpu.most() * scale));
        text(LABELS + 6 + (int) (cpu.most() * scale), y, "normal", String.format(Locale.ROOT, "%.1f", cpu.median()));
    }

    private String colour(String server) {
        if (!servers.contains(server)) {
            servers.add(server);
        }
        return COLOURS.get(servers.indexOf(server) % COLOURS.size());
    }

    private void text(int x, int y, String weight, String text) {
        svg.append(String.format(
                Locale.ROOT, "<text x=\"%d\" y=\"%d\" font-weight=\"%s\">%s</text>%n", x, y, weight, text));
    }
}
