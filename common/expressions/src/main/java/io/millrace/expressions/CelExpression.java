package io.millrace.expressions;

import java.util.Set;
import org.apache.kafka.connect.data.Schema;

/** A computed value. Its schema follows from the type that CEL's checker found, where that is not dynamic. */
final class CelExpression implements Expression {
    private final CelProgram program;
    private final Set<Path> paths;
    private final Schema schema;

    CelExpression(CelProgram program, Set<Path> paths, Schema schema) {
        this.program = program;
        this.paths = paths;
        this.schema = schema;
    }

    @Override
    public Schema schema(Scope scope) {
        return scope.structured() ? schema : null;
    }

    @Override
    public Object value(Scope scope) {
        return CelValues.fromCel(program.run(scope));
    }

    @Override
    public Set<Path> paths() {
        return paths;
    }

    @Override
    public boolean dynamic() {
        return schema == null;
    }
}
