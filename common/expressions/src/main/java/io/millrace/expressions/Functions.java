package io.millrace.expressions;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import dev.cel.common.values.NullValue;
import dev.cel.parser.CelMacro;
import dev.cel.runtime.CelFunctionBinding;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The functions in addition to CEL's own; {@link ExpressionCompiler} describes them. */
final class Functions {
    private static final String MASK = "***";
    private static final String CHANGED = "changed";

    private static final List<CelFunctionDecl> DECLARATIONS = List.of(
            CelFunctionDecl.newFunctionDeclaration(
                    "json", CelOverloadDecl.newGlobalOverload("json_string", SimpleType.DYN, SimpleType.STRING)),
            CelFunctionDecl.newFunctionDeclaration(
                    "coalesce",
                    CelOverloadDecl.newGlobalOverload(
                            "coalesce_dyn_other",
                            TypeParamType.create("T"),
                            SimpleType.DYN,
                            TypeParamType.create("T"))),
            CelFunctionDecl.newFunctionDeclaration(
                    "mask",
                    CelOverloadDecl.newGlobalOverload("mask_dyn", SimpleType.STRING, SimpleType.DYN),
                    CelOverloadDecl.newGlobalOverload(
                            "mask_dyn_int", SimpleType.STRING, SimpleType.DYN, SimpleType.INT)),
            CelFunctionDecl.newFunctionDeclaration(
                    "sha256", CelOverloadDecl.newGlobalOverload("sha256_dyn", SimpleType.STRING, SimpleType.DYN)));

    /** These, and those of the other classes of functions, except {@link DecimalFunctions}. */
    static final List<CelFunctionDecl> ALL_DECLARATIONS = Stream.of(
                    DECLARATIONS,
                    TextFunctions.DECLARATIONS,
                    RegexFunctions.DECLARATIONS,
                    TimeFunctions.DECLARATIONS,
                    UuidFunctions.DECLARATIONS,
                    LimitFunctions.DECLARATIONS)
            .flatMap(List::stream)
            .toList();

    static final CelFunctionDecl UNCHANGED = CelFunctionDecl.newFunctionDeclaration(
            "unchanged", CelOverloadDecl.newGlobalOverload("unchanged_value", SimpleType.DYN));

    static final List<CelFunctionBinding> BINDINGS = List.of(
            CelFunctionBinding.from("unchanged_value", List.of(), arguments -> Unchanged.VALUE),
            CelFunctionBinding.from("json_string", String.class, text -> CelValues.toCel(JsonDocument.readPath(text))),
            CelFunctionBinding.from(
                    "coalesce_dyn_other",
                    Object.class,
                    Object.class,
                    (value, other) -> value instanceof NullValue ? other : value),
            CelFunctionBinding.from("mask_dyn", Object.class, text -> text instanceof NullValue ? text : MASK),
            CelFunctionBinding.from("mask_dyn_int", Object.class, Long.class, Functions::maskText),
            CelFunctionBinding.from("sha256_dyn", Object.class, Functions::hashText));

    private Functions() {}

    /** {@code changedMacro('column')} reads the variable, which is a map from columns to booleans. */
    static CelMacro changedMacro(String variable) {
        return CelMacro.newGlobalMacro(
                CHANGED,
                1,
                (factory, target, arguments) ->
                        Optional.of(factory.newGlobalCall("_[_]", factory.newIdentifier(variable), arguments.get(0))));
    }

    /** {@code changed()} reads the variable of this name, which is a list of columns. */
    static CelMacro changedColumnsMacro() {
        return CelMacro.newGlobalMacro(
                CHANGED, 0, (factory, target, arguments) -> Optional.of(factory.newIdentifier(CHANGED)));
    }

    private static Object maskText(Object text, long shown) {
        if (text instanceof NullValue) {
            return text;
        }
        String plain = requireText(text);
        return shown > 0 && plain.length() >= 2 * shown ? MASK + plain.substring(plain.length() - (int) shown) : MASK;
    }

    private static Object hashText(Object text) {
        if (text instanceof NullValue) {
            return text;
        }
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(requireText(text).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static String requireText(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("expected a string");
    }
}
