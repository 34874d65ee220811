package io.millrace.expressions;

import dev.cel.common.CelErrorCode;

/** An expression has no value on this record. The message is the kind of the fault alone, because CEL's quotes values. */
final class CelFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final CelErrorCode code;

    CelFault(CelErrorCode code) {
        super(code.name(), null, false, false);
        this.code = code;
    }

    CelErrorCode code() {
        return code;
    }
}
