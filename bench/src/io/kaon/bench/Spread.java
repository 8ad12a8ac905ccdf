package io.kaon.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The values of one figure in all rounds. Figures of one round belong together: they were measured one right after
/// the other, so what else the machine did has disturbed them alike.
record Spread(List<Double> values) {
    Spread {
        values = List.copyOf(values);
    }

    static Spread of(double... values) {
        return new Spread(DoubleStream.of(values).boxed().toList());
    }

    /// These values and one more.
    Spread and(double value) {
        return new Spread(Stream.concat(values.stream(), Stream.of(value)).toList());
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /// NaN if there are no values.
    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        if (sorted.isEmpty()) {
            return Double.NaN;
        }
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /// The value that this share of all does not exceed.
    double quantile(double share) {
        return values.stream()
                .sorted()
                .skip(Math.max(0, (long) Math.ceil(share * values.size()) - 1))
                .findFirst()
                .orElse(Double.NaN);
    }

    double least() {
        return values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
    }

    double most() {
        return values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }

    /// Round by round.
    Spread over(Spread other) {
        return with(other, (mine, theirs) -> mine / theirs);
    }

    /// Round by round.
    Spread plus(Spread other) {
        return with(other, Double::sum);
    }

    private Spread with(Spread other, DoubleBinaryOperator operator) {
        return new Spread(IntStream.range(0, Math.min(values.size(), other.values.size()))
                .mapToObj(i -> operator.applyAsDouble(values.get(i), other.values.get(i)))
                .toList());
    }

    /// The median and, in parentheses, the least and the most.
    String shown() {
        return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", median(), least(), most());
    }
}
