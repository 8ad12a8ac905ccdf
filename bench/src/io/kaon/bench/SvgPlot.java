package io.kaon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A bar for each server under each load: processor time per request, with a whisker from the least to the most
/// of all rounds. Servers under the same load are what can be compared, so each group has a scale of its own;
/// with one for all, whatever costs a few microseconds would not be seen beside the dearest.
final class SvgPlot {
    private static final int WIDTH = 900;
    private static final int MARGIN = 10;
    private static final int BARS = 150;
    private static final int LONGEST = 640;
    private static final int LINE = 18;
    private static final int TOP = 76;

    /// Told apart also by those who do not see all colours.
    private static final List<String> COLOURS =
            List.of("#0072b2", "#56b4e9", "#999999", "#cccccc", "#e69f00", "#009e73", "#d55e00", "#cc79a7");

    private final Sheet sheet;
    private final Machine machine;
    private final StringBuilder svg = new StringBuilder();

    /// In the order of their colours, and of their bars.
    private final List<String> servers =
            new ArrayList<>(List.of(Merging.ON.label(), Merging.OFF.label(), Server.ECHO, Cell.BARE));

    SvgPlot(Sheet sheet, Machine machine) {
        this.sheet = sheet;
        this.machine = machine;
    }

    void write(Path file) throws IOException {
        int y = TOP;
        for (Map.Entry<String, List<Cell>> group : groups().entrySet()) {
            text(MARGIN, y, "font-weight=\"bold\"", group.getKey());
            y += LINE;
            double most = group.getValue().stream()
                    .mapToDouble(cell -> sheet.cpu(cell).most())
                    .max()
                    .orElse(0);
            group.getValue().sort(Comparator.comparingInt(cell -> servers.indexOf(cell.server())));
            for (Cell cell : group.getValue()) {
                bar(y, cell, LONGEST / Math.max(0.1, most));
                y += LINE;
            }
            y += LINE / 2;
        }
        Files.writeString(
                file, String.format(Locale.ROOT, """
                                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">
                                <rect width="100%%" height="100%%" fill="white"/>
                                <text x="10" y="20" font-size="14" font-weight="bold">Processor time of the server per request</text>
                                <text x="10" y="36" fill="#555">%s</text>
                                <text x="10" y="51" fill="#555">Bars: median of all rounds; whiskers: least to most. Each group has a scale of its own.</text>
                                """, WIDTH, y, escaped(machine.describe())) + svg + "</svg>\n");
    }

    /// With the model's own arithmetic in every group, because that and the echo are what a request is compared
    /// with.
    private Map<String, List<Cell>> groups() {
        Map<String, List<Cell>> groups = new LinkedHashMap<>();
        for (Cell cell : sheet.samples().keySet()) {
            if (cell.transport() != Transport.NONE) {
                groups.computeIfAbsent(
                                via(cell.transport()) + ", " + cell.workload() + ", " + cell.load(),
                                _ -> bareRun(cell.workload()))
                        .add(cell);
            }
            if (!servers.contains(cell.server())) {
                servers.add(cell.server());
            }
        }
        return groups;
    }

    private List<Cell> bareRun(String workload) {
        List<Cell> group = new ArrayList<>();
        if (!sheet.cpu(Cell.bare(workload)).isEmpty()) {
            group.add(Cell.bare(workload));
        }
        return group;
    }

    private static String via(Transport transport) {
        return switch (transport) {
            case REST -> "REST";
            case GRPC -> "gRPC";
            case NONE -> "no server";
        };
    }

    private void bar(int y, Cell cell, double scale) {
        Spread cpu = sheet.cpu(cell);
        text(BARS - 8, y, "text-anchor=\"end\"", cell.server());
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                BARS,
                y - LINE + 8,
                cpu.median() * scale,
                LINE - 5,
                COLOURS.get(servers.indexOf(cell.server()) % COLOURS.size())));
        if (cpu.least() < cpu.most()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<path d=\"M%.1f %dv6m0 -3H%.1fm0 -3v6\" stroke=\"black\" fill=\"none\"/>%n",
                    BARS + cpu.least() * scale,
                    y - 7,
                    BARS + cpu.most() * scale));
        }
        text(BARS + 6 + cpu.most() * scale, y, "", String.format(Locale.ROOT, "%.1f µs", cpu.median()));
    }

    private void text(double x, int y, String how, String text) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\" %s>%s</text>%n", x, y, how, escaped(text)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
