package io.millrace.it.containers;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/** A test in containers. It is skipped, and says so, on a machine where no container can be run. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(
        value = "io.millrace.it.containers.Docker#isAvailable",
        disabledReason = "There is no Docker on this machine, or this user may not use it")
public @interface NeedsDocker {}
