package io.millrace.expressions;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelByteString;
import dev.cel.runtime.CelFunctionBinding;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.connect.errors.DataException;

/**
 * {@code uuid(bytes)}: the text of a UUID of 16 bytes, in the order of RFC 9562, or with {@code 'swapped'} in that of MySQL's
 * {@code UUID_TO_BIN(text, 1)}, which moves the time's high part to the front.
 */
final class UuidFunctions {
    private static final int SIZE = 16;
    private static final String STANDARD = "standard";
    private static final String SWAPPED = "swapped";

    static final List<CelFunctionDecl> DECLARATIONS = List.of(CelFunctionDecl.newFunctionDeclaration(
            "uuid",
            CelOverloadDecl.newGlobalOverload("uuid_bytes", SimpleType.STRING, SimpleType.BYTES),
            CelOverloadDecl.newGlobalOverload(
                    "uuid_bytes_order", SimpleType.STRING, SimpleType.BYTES, SimpleType.STRING)));

    static final List<CelFunctionBinding> BINDINGS = List.of(
            CelFunctionBinding.from("uuid_bytes", CelByteString.class, bytes -> formatUuid(bytes, STANDARD)),
            CelFunctionBinding.from("uuid_bytes_order", CelByteString.class, String.class, UuidFunctions::formatUuid));

    private UuidFunctions() {}

    private static String formatUuid(CelByteString bytes, String order) {
        checkOrder(order);
        if (bytes.size() != SIZE) {
            throw new DataException("uuid() expects " + SIZE + " bytes, found " + bytes.size());
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
        long first = buffer.getLong();
        return new UUID(order.equals(SWAPPED) ? restoreOrder(first) : first, buffer.getLong()).toString();
    }

    /** The stored half is the time's high, middle and low part; a UUID begins with the low part, of four bytes. */
    private static long restoreOrder(long swapped) {
        long high = swapped >>> 48;
        long middle = (swapped >>> 32) & 0xffff;
        return (swapped << 32) | (middle << 16) | high;
    }

    /**
     * Refuses a text that is not an order of bytes.
     *
     * @throws DataException with the orders
     */
    static void checkOrder(String order) {
        if (!order.equals(STANDARD) && !order.equals(SWAPPED)) {
            throw new DataException("unknown order of bytes; expected standard or swapped");
        }
    }
}
