package io.millrace.tools.check;

import io.millrace.tools.input.Variables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The problems of one configuration. The values of variables are replaced by the variables before a problem is
 * kept, so that none of them is printed.
 */
final class CheckReport {
    private static final int SHORTEST_SECRET = 3;

    private final Map<String, String> options;
    private final Map<String, String> resolved = new TreeMap<>();
    private final Set<String> unresolved = new LinkedHashSet<>();
    private final Map<String, String> hidden = new HashMap<>();
    private final Set<CheckProblem> problems = new LinkedHashSet<>();
    private final Set<String> notes = new LinkedHashSet<>();

    /** The report of a configuration as it is posted. Each variable without a value is a problem. */
    CheckReport(Map<String, String> options) {
        this.options = Map.copyOf(options);
        new TreeMap<>(options).forEach(this::resolve);
    }

    private void resolve(String option, String text) {
        Variables.Resolution resolution = Variables.resolve(option, text);
        resolved.put(option, resolution.value());
        if (!resolution.missing().isEmpty()) {
            unresolved.add(option);
            problems.add(CheckProblem.of(
                    option,
                    "the variable " + resolution.missing() + " has no value where this command runs",
                    resolution.candidates(),
                    "Set it in the environment of the worker and of this command, or correct its name"));
        } else if (!resolution.value().equals(text) && resolution.value().length() >= SHORTEST_SECRET) {
            hidden.put(resolution.value(), text);
        }
    }

    /** The options as they are posted. */
    Map<String, String> options() {
        return options;
    }

    /** The options with the values of their variables. */
    Map<String, String> resolved() {
        return resolved;
    }

    /** Whether every variable of these options has a value. */
    boolean hasValuesOf(String prefix) {
        return unresolved.stream().noneMatch(option -> option.startsWith(prefix));
    }

    /** Adds a problem, unless it is that of a variable without a value. */
    void add(CheckProblem problem) {
        if (!unresolved.contains(problem.option())) {
            problems.add(new CheckProblem(
                    problem.option(),
                    hide(problem.place()),
                    hide(problem.problem()),
                    problem.candidates(),
                    hide(problem.remedy())));
        }
    }

    /** Adds what was not checked, and why. */
    void addNote(String note) {
        notes.add(hide(note));
    }

    private String hide(String text) {
        String shown = text;
        for (Map.Entry<String, String> value : hidden.entrySet()) {
            shown = shown.replace(value.getKey(), value.getValue());
        }
        return shown;
    }

    List<CheckProblem> problems() {
        return new ArrayList<>(problems);
    }

    List<String> notes() {
        return new ArrayList<>(notes);
    }
}
