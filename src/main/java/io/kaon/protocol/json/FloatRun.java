package io.kaon.protocol.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Reads the plain numbers of a long list as floats: what [JsonNumber] does, for the numbers that rows of
/// features are made of, at less than half the time.
///
/// A number is plain if it has up to seven digits before the point, up to 19 in all, no exponent, and a comma
/// right behind it. Everything else ends the run and is left for [JsonNumber], which also knows what is wrong
/// with it.
///
/// **What makes it fast** is that the processor need not wait to know where the next number begins. What is
/// alike from number to number (a single digit before the point, the sign, a space behind the comma) is a
/// branch, and so is guessed; only how many digits stand behind the point is waited for. They are found and
/// summed up eight at a time, as described at [JsonNumber]. Signs without order cost a wrong guess for every
/// other number, which is no more than waiting for each sign would.
///
/// **Why the floats are right.** A mantissa below 2^53 and a power of ten up to 10^22 are exact doubles, so
/// their quotient is rounded once, and rounding it again to float gives another result than rounding once only
/// if it has come to lie exactly half way between two floats. Then, and for longer mantissas, [DecimalFloats]
/// decides.
final class FloatRun {
    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MAX_DIGITS = 19;

    /// The longest plain number, what stands behind it, and as far as a load of eight bytes may look.
    private static final int MARGIN = 48;

    /// The bits of a double that a float has no room for, and their value half way between two floats.
    private static final long BELOW_FLOAT = 0x1FFF_FFFF;

    private static final long HALF_WAY = 0x1000_0000;

    private final byte[] data;
    private final int end;
    private int next;

    FloatRun(byte[] data, int end) {
        this.data = data;
        this.end = end;
    }

    /// Where the first number that was not read begins, after white space perhaps.
    int next() {
        return next;
    }

    /// Reads numbers from `at` on.
    ///
    /// @param out where they are written from `place` on, four bytes each, the lowest first
    /// @param most how many to read; there must be room
    /// @return how many were read
    int read(int at, byte[] out, int place, int most) {
        int from = at;
        int count = 0;
        for (; count < most && from <= end - MARGIN; count++) {
            boolean minus = data[from] == '-';
            int point = minus ? from + 1 : from;
            long digits;
            int fraction = 0;
            int whole = 1;
            if (data[point + 1] == '.') {
                digits = (data[point] ^ '0') & 0xFF;
                if (digits > 9) {
                    break;
                }
                point++;
            } else {
                long chunk = JsonNumber.eightBytes(data, point);
                whole = JsonNumber.leadingDigits(chunk);
                if (whole == 0 || whole == Long.BYTES || (whole > 1 && (chunk & 0xFF) == 0)) {
                    break;
                }
                digits = JsonNumber.eightDigits(chunk << (Long.SIZE - Byte.SIZE * whole));
                point += whole;
            }
            int behind = point;
            if (data[point] == '.') {
                behind++;
                int more;
                do {
                    long chunk = JsonNumber.eightBytes(data, behind);
                    more = JsonNumber.leadingDigits(chunk);
                    if (more == 0) {
                        break;
                    }
                    digits = digits * JsonNumber.TENS[more]
                            + JsonNumber.eightDigits(chunk << (Long.SIZE - Byte.SIZE * more));
                    behind += more;
                } while (more == Long.BYTES && behind - point < MAX_DIGITS);
                fraction = behind - point - 1;
                if (fraction == 0 || whole + fraction > MAX_DIGITS) {
                    break;
                }
            }
            if (data[behind] != ',' || (digits == 0 && minus)) {
                break;
            }
            float value = quotient(digits, fraction);
            FLOAT.set(out, place + Float.BYTES * count, minus ? -value : value);
            from = behind + 1;
            if (data[from] == ' ') {
                from++;
            }
        }
        next = from;
        return count;
    }

    private static float quotient(long digits, int fraction) {
        if (digits >>> 53 == 0) {
            double value = digits / DecimalFloats.DOUBLE_TENS[fraction];
            if ((Double.doubleToRawLongBits(value) & BELOW_FLOAT) != HALF_WAY) {
                return (float) value;
            }
        }
        return DecimalFloats.toFloat(digits, -fraction);
    }
}
