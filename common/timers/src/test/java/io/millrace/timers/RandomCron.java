package io.millrace.timers;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A random cron expression and the values that its fields were made of, so that tests match times without a parser.
 *
 * @param fields the texts of the fields
 * @param values of each field, whether it has a value
 * @param lastDay whether the last day of the month is one of the days of the month
 */
record RandomCron(List<String> fields, List<boolean[]> values, boolean lastDay) {
    private static final int[] MIN = {0, 0, 1, 1, 0};
    private static final int[] MAX = {59, 23, 31, 12, 7};
    private static final String[] MONTHS = {
        "", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };
    private static final String[] DAYS = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};
    private static final int DAY_OF_MONTH = 2;
    private static final int MONTH = 3;
    private static final int DAY_OF_WEEK = 4;

    /**
     * An expression that fires in some year.
     *
     * @param daily whether it fires on every day, so that it fires on days of clock changes
     */
    static RandomCron next(Random random, boolean daily) {
        while (true) {
            RandomCron cron = new Generator(random, daily).generate();
            try {
                CronSchedule.parse(cron.text());
                return cron;
            } catch (InvalidCronException e) {
                if (!e.getMessage().contains("would never fire")) {
                    throw e;
                }
            }
        }
    }

    String text() {
        return String.join(" ", fields);
    }

    boolean isRestricted(int field) {
        return !fields.get(field).startsWith("*") && !fields.get(field).equals("?");
    }

    boolean hasTwoRestrictedDays() {
        return isRestricted(DAY_OF_MONTH) && isRestricted(DAY_OF_WEEK);
    }

    boolean followsRealTime() {
        return !isRestricted(0) || !isRestricted(1);
    }

    boolean matches(LocalDateTime time) {
        boolean ofMonth = values.get(DAY_OF_MONTH)[time.getDayOfMonth()]
                || (lastDay && time.plusDays(1).getDayOfMonth() == 1);
        boolean ofWeek = values.get(DAY_OF_WEEK)[time.getDayOfWeek().getValue() % 7];
        return values.get(0)[time.getMinute()]
                && values.get(1)[time.getHour()]
                && values.get(MONTH)[time.getMonthValue()]
                && (hasTwoRestrictedDays() ? ofMonth || ofWeek : ofMonth && ofWeek);
    }

    private static final class Generator {
        private final Random random;
        private final boolean daily;
        private boolean lastDay;

        Generator(Random random, boolean daily) {
            this.random = random;
            this.daily = daily;
        }

        RandomCron generate() {
            List<String> fields = new ArrayList<>();
            List<boolean[]> values = new ArrayList<>();
            for (int field = 0; field < MIN.length; field++) {
                boolean[] has = new boolean[60];
                fields.add(
                        field >= DAY_OF_MONTH && (daily || random.nextInt(3) > 0)
                                ? every(field, has)
                                : list(field, has));
                if (field == DAY_OF_WEEK) {
                    has[0] |= has[7];
                }
                values.add(has);
            }
            return new RandomCron(fields, values, lastDay);
        }

        private String every(int field, boolean[] has) {
            fill(has, MIN[field], MAX[field], 1);
            return field != MONTH && random.nextInt(3) == 0 ? "?" : "*";
        }

        private String list(int field, boolean[] has) {
            List<String> elements = new ArrayList<>();
            int count = random.nextInt(3) == 0 ? 2 + random.nextInt(3) : 1;
            for (int i = 0; i < count; i++) {
                elements.add(element(field, has));
            }
            return String.join(",", elements);
        }

        private String element(int field, boolean[] has) {
            // Spring takes a range that begins with 7 for the whole week.
            int low = MIN[field] + random.nextInt(MAX[field] - MIN[field]);
            int high = low + random.nextInt(MAX[field] - low + 1);
            // cron-utils takes a step of 7 days of the week for 0.
            int step = 1 + random.nextInt(Math.min(MAX[field] - 1, 20));
            if (field == DAY_OF_MONTH && random.nextInt(9) == 0) {
                lastDay = true;
                return "L";
            }
            return switch (random.nextInt(8)) {
                case 0 -> {
                    fill(has, MIN[field], MAX[field], 1);
                    yield "*";
                }
                case 1 -> {
                    fill(has, MIN[field], MAX[field], step);
                    yield "*/" + step;
                }
                case 2 -> {
                    fill(has, low, high, 1);
                    yield range(field, low, high);
                }
                case 3 -> {
                    fill(has, low, high, step);
                    yield range(field, low, high) + "/" + step;
                }
                case 4 -> {
                    fill(has, low, MAX[field], step);
                    // Spring takes the name of Sunday for 7 here.
                    yield (low == 0 ? "0" : name(field, low)) + "/" + step;
                }
                default -> {
                    has[low] = true;
                    yield name(field, low);
                }
            };
        }

        private String range(int field, int low, int high) {
            // The name of Sunday is 0 at the start and 7 at the end; from Sunday to Sunday, it would be one day or all.
            boolean toSunday = field == DAY_OF_WEEK && low == 0 && high % 7 == 0;
            return name(field, low) + "-" + (toSunday ? String.valueOf(high) : name(field, high));
        }

        private String name(int field, int value) {
            if (field < MONTH || random.nextBoolean()) {
                return String.valueOf(value);
            }
            String name = field == MONTH ? MONTHS[value] : DAYS[value];
            return random.nextBoolean() ? name : name.toLowerCase(Locale.ROOT);
        }

        private static void fill(boolean[] has, int low, int high, int step) {
            for (int value = low; value <= high; value += step) {
                has[value] = true;
            }
        }
    }
}
