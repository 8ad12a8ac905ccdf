package io.kaon.kubernetes.plan;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An amount as Kubernetes writes it, such as `500m` or `2Gi`.
///
/// @param text as it was written
public record Quantity(String text) {
    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?");

    private static final Map<String, BigDecimal> UNITS = Map.ofEntries(
            Map.entry("m", new BigDecimal("0.001")),
            Map.entry("k", power(10, 3)),
            Map.entry("M", power(10, 6)),
            Map.entry("G", power(10, 9)),
            Map.entry("T", power(10, 12)),
            Map.entry("P", power(10, 15)),
            Map.entry("Ki", power(2, 10)),
            Map.entry("Mi", power(2, 20)),
            Map.entry("Gi", power(2, 30)),
            Map.entry("Ti", power(2, 40)),
            Map.entry("Pi", power(2, 50)));

    public Quantity {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("expected a quantity such as 500m or 2Gi, got \"" + text + "\"");
        }
    }

    /// How much it is, of whatever it counts.
    public BigDecimal amount() {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalStateException(text);
        }
        BigDecimal number = new BigDecimal(form.group(1));
        return form.group(2) == null ? number : number.multiply(UNITS.getOrDefault(form.group(2), BigDecimal.ONE));
    }

    private static BigDecimal power(int base, int exponent) {
        return BigDecimal.valueOf(base).pow(exponent);
    }

    @Override
    public String toString() {
        return text;
    }
}
