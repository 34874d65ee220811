package io.millrace.timers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar of cron expressions, their days, and what they do at changes of the clock, with exact instants. */
class CronScheduleTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # each field
            * * * * *        | 2026-11-29T10:15:00Z | 2026-11-29T10:16:00Z 2026-11-29T10:17:00Z
            59 23 31 12 *    | 2026-11-29T10:15:00Z | 2026-12-31T23:59:00Z 2027-12-31T23:59:00Z
            0 12 * * 0       | 2026-11-29T10:15:00Z | 2026-11-29T12:00:00Z 2026-12-06T12:00:00Z
            0 12 * * 7       | 2026-11-29T10:15:00Z | 2026-11-29T12:00:00Z 2026-12-06T12:00:00Z
            0 0 1 jan Thu    | 2026-11-29T10:15:00Z | 2027-01-01T00:00:00Z 2027-01-07T00:00:00Z
            # ranges, lists, steps
            10-12 9 * * *    | 2026-11-29T10:15:00Z | 2026-11-30T09:10:00Z 2026-11-30T09:11:00Z 2026-11-30T09:12:00Z
            5,50,30-31 * * * * | 2026-11-29T10:15:00Z | 2026-11-29T10:30:00Z 2026-11-29T10:31:00Z 2026-11-29T10:50:00Z
            */25 * * * *     | 2026-11-29T10:15:00Z | 2026-11-29T10:25:00Z 2026-11-29T10:50:00Z 2026-11-29T11:00:00Z
            7/25 * * * *     | 2026-11-29T10:15:00Z | 2026-11-29T10:32:00Z 2026-11-29T10:57:00Z 2026-11-29T11:07:00Z
            0 8-18/5 * * *   | 2026-11-29T10:15:00Z | 2026-11-29T13:00:00Z 2026-11-29T18:00:00Z 2026-11-30T08:00:00Z
            0 0 * * SAT-SUN  | 2026-11-29T10:15:00Z | 2026-12-05T00:00:00Z 2026-12-06T00:00:00Z 2026-12-12T00:00:00Z
            0 0 * * SUN-MON  | 2026-11-29T10:15:00Z | 2026-11-30T00:00:00Z 2026-12-06T00:00:00Z 2026-12-07T00:00:00Z
            0 0 * * 5-0      | 2026-11-29T10:15:00Z | 2026-12-04T00:00:00Z 2026-12-05T00:00:00Z 2026-12-06T00:00:00Z
            0 0 * * 5-7      | 2026-11-29T10:15:00Z | 2026-12-04T00:00:00Z 2026-12-05T00:00:00Z 2026-12-06T00:00:00Z
            0 0 ? * MON      | 2026-11-29T10:15:00Z | 2026-11-30T00:00:00Z 2026-12-07T00:00:00Z
            0 0 15 * ?       | 2026-11-29T10:15:00Z | 2026-12-15T00:00:00Z 2027-01-15T00:00:00Z
            # one of two restricted fields of days matches, or both of two that are not both restricted
            0 0 13 * FRI     | 2026-11-29T10:15:00Z | 2026-12-04T00:00:00Z 2026-12-11T00:00:00Z 2026-12-13T00:00:00Z
            0 0 */2 * MON    | 2026-11-29T10:15:00Z | 2026-12-07T00:00:00Z 2026-12-21T00:00:00Z 2027-01-11T00:00:00Z
            0 0 30 2 MON     | 2026-11-29T10:15:00Z | 2027-02-01T00:00:00Z 2027-02-08T00:00:00Z
            # days that few years have
            0 0 29 2 *       | 2026-11-29T10:15:00Z | 2028-02-29T00:00:00Z 2032-02-29T00:00:00Z
            0 0 29 2 *       | 2096-03-01T00:00:00Z | 2104-02-29T00:00:00Z
            0 0 29 2 */7     | 2026-11-29T10:15:00Z | 2032-02-29T00:00:00Z 2060-02-29T00:00:00Z 2088-02-29T00:00:00Z
            0 0 31 4,6,12 *  | 2026-11-29T10:15:00Z | 2026-12-31T00:00:00Z 2027-12-31T00:00:00Z
            0 0 L * *        | 2026-11-29T10:15:00Z | 2026-11-30T00:00:00Z 2026-12-31T00:00:00Z 2027-01-31T00:00:00Z 2027-02-28T00:00:00Z
            0 0 15,l 2 ?     | 2028-01-01T00:00:00Z | 2028-02-15T00:00:00Z 2028-02-29T00:00:00Z 2029-02-15T00:00:00Z
            # macros
            @yearly          | 2026-11-29T10:15:00Z | 2027-01-01T00:00:00Z 2028-01-01T00:00:00Z
            @annually        | 2026-11-29T10:15:00Z | 2027-01-01T00:00:00Z 2028-01-01T00:00:00Z
            @monthly         | 2026-11-29T10:15:00Z | 2026-12-01T00:00:00Z 2027-01-01T00:00:00Z
            @weekly          | 2026-11-29T10:15:00Z | 2026-12-06T00:00:00Z 2026-12-13T00:00:00Z
            @daily           | 2026-11-29T10:15:00Z | 2026-11-30T00:00:00Z 2026-12-01T00:00:00Z
            @midnight        | 2026-11-29T10:15:00Z | 2026-11-30T00:00:00Z 2026-12-01T00:00:00Z
            @hourly          | 2026-11-29T10:15:00Z | 2026-11-29T11:00:00Z 2026-11-29T12:00:00Z
            # strictly after, with seconds too
            15 10 * * *      | 2026-11-29T10:15:00Z | 2026-11-30T10:15:00Z
            15 10 * * *      | 2026-11-29T10:14:59.999999999Z | 2026-11-29T10:15:00Z
            15 10 * * *      | 2026-11-29T10:15:00.000000001Z | 2026-11-30T10:15:00Z
            * 10 * * *       | 2026-11-29T10:14:59.999999999Z | 2026-11-29T10:15:00Z
            * 10 * * *       | 2026-11-29T10:15:00.000000001Z | 2026-11-29T10:16:00Z
            # before 1970
            0 0 1 1 *        | 1912-06-30T12:00:00.5Z | 1913-01-01T00:00:00Z
            """)
    void firesAtTheTimesOfTheFields(String expression, Instant after, String expected) {
        assertThat(next(expression, "UTC", after, expected)).isEqualTo(instants(expected));
    }

    /** The rules are in the documentation of {@link CronSchedule}; each zone has a line for each of them. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # 2026-03-29 01:00Z, 02:00 becomes 03:00
            Europe/Berlin | 30 2 * * *    | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z 2026-03-30T00:30:00Z
            Europe/Berlin | 30 2 * * *    | 2026-03-29T00:59:59Z | 2026-03-29T01:00:00Z
            Europe/Berlin | 30 2 * * *    | 2026-03-29T01:00:00Z | 2026-03-30T00:30:00Z
            Europe/Berlin | 0 2 * * *     | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z 2026-03-30T00:00:00Z
            Europe/Berlin | 0 3 * * *     | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z 2026-03-30T01:00:00Z
            Europe/Berlin | 0 2,3 * * *   | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z 2026-03-30T00:00:00Z 2026-03-30T01:00:00Z
            Europe/Berlin | 15,45 2 * * * | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z 2026-03-30T00:15:00Z
            Europe/Berlin | 30 1-3 * * *  | 2026-03-28T12:00:00Z | 2026-03-29T00:30:00Z 2026-03-29T01:00:00Z 2026-03-29T01:30:00Z
            Europe/Berlin | 30 2 29 3 *   | 2026-01-01T00:00:00Z | 2026-03-29T01:00:00Z 2027-03-29T00:30:00Z
            Europe/Berlin | 30 * * * *    | 2026-03-29T00:00:00Z | 2026-03-29T00:30:00Z 2026-03-29T01:30:00Z 2026-03-29T02:30:00Z
            Europe/Berlin | 0 */2 * * *   | 2026-03-28T23:30:00Z | 2026-03-29T02:00:00Z 2026-03-29T04:00:00Z
            Europe/Berlin | */20 2 * * *  | 2026-03-28T12:00:00Z | 2026-03-30T00:00:00Z 2026-03-30T00:20:00Z
            Europe/Berlin | * 2 29 3 *    | 2026-01-01T00:00:00Z | 2027-03-29T00:00:00Z
            # 2026-10-25 01:00Z, 03:00 becomes 02:00
            Europe/Berlin | 30 2 * * *    | 2026-10-24T12:00:00Z | 2026-10-25T00:30:00Z 2026-10-26T01:30:00Z
            Europe/Berlin | 30 2 * * *    | 2026-10-25T00:45:00Z | 2026-10-26T01:30:00Z
            Europe/Berlin | 30 2 * * *    | 2026-10-25T01:00:00Z | 2026-10-26T01:30:00Z
            Europe/Berlin | 30 2 * * *    | 2026-10-25T01:10:00Z | 2026-10-26T01:30:00Z
            Europe/Berlin | 0,30 2,3 * * * | 2026-10-24T12:00:00Z | 2026-10-25T00:00:00Z 2026-10-25T00:30:00Z 2026-10-25T02:00:00Z 2026-10-25T02:30:00Z
            Europe/Berlin | 30 * * * *    | 2026-10-24T23:45:00Z | 2026-10-25T00:30:00Z 2026-10-25T01:30:00Z 2026-10-25T02:30:00Z
            Europe/Berlin | */30 2 * * *  | 2026-10-24T12:00:00Z | 2026-10-25T00:00:00Z 2026-10-25T00:30:00Z 2026-10-25T01:00:00Z 2026-10-25T01:30:00Z 2026-10-26T01:00:00Z
            Europe/Berlin | * 2 25 10 *   | 2026-10-25T00:59:00Z | 2026-10-25T01:00:00Z 2026-10-25T01:01:00Z
            Europe/Berlin | 59 * 25 10 *  | 2026-10-25T00:59:00Z | 2026-10-25T01:59:00Z 2026-10-25T02:59:00Z
            # 2018-11-04 03:00Z, midnight becomes 01:00
            America/Sao_Paulo | 0 0 * * * | 2018-11-03T12:00:00Z | 2018-11-04T03:00:00Z 2018-11-05T02:00:00Z
            America/Sao_Paulo | 59 0 4 * * | 2018-11-03T12:00:00Z | 2018-11-04T03:00:00Z 2018-12-04T02:59:00Z
            America/Sao_Paulo | 0 * * * * | 2018-11-04T02:00:00Z | 2018-11-04T03:00:00Z 2018-11-04T04:00:00Z
            America/Sao_Paulo | 0 * 4 11 * | 2018-11-03T12:00:00Z | 2018-11-04T03:00:00Z 2018-11-04T04:00:00Z
            America/Sao_Paulo | */9 0 * * * | 2018-11-04T02:59:00Z | 2018-11-05T02:00:00Z 2018-11-05T02:09:00Z
            # 2018-02-18 02:00Z, midnight becomes 23:00 of the day before
            America/Sao_Paulo | 30 23 * * * | 2018-02-17T12:00:00Z | 2018-02-18T01:30:00Z 2018-02-19T02:30:00Z
            America/Sao_Paulo | 30 23 * * * | 2018-02-18T02:10:00Z | 2018-02-19T02:30:00Z
            America/Sao_Paulo | 0 0 * * * | 2018-02-17T12:00:00Z | 2018-02-18T03:00:00Z 2018-02-19T03:00:00Z
            America/Sao_Paulo | 30 * * * * | 2018-02-18T01:00:00Z | 2018-02-18T01:30:00Z 2018-02-18T02:30:00Z 2018-02-18T03:30:00Z
            America/Sao_Paulo | 30 * 17 2 * | 2018-02-18T01:30:00Z | 2018-02-18T02:30:00Z 2019-02-17T03:30:00Z
            # 2026-10-03 15:30Z, 02:00 becomes 02:30
            Australia/Lord_Howe | 15 2 * * * | 2026-10-03T12:00:00Z | 2026-10-03T15:30:00Z 2026-10-04T15:15:00Z
            Australia/Lord_Howe | 30 2 * * * | 2026-10-03T12:00:00Z | 2026-10-03T15:30:00Z 2026-10-04T15:30:00Z
            Australia/Lord_Howe | 15 * * * * | 2026-10-03T14:00:00Z | 2026-10-03T14:45:00Z 2026-10-03T16:15:00Z
            # 2026-04-04 15:00Z, 02:00 becomes 01:30
            Australia/Lord_Howe | 45 1 * * * | 2026-04-04T12:00:00Z | 2026-04-04T14:45:00Z 2026-04-05T15:15:00Z
            Australia/Lord_Howe | 15 1 * * * | 2026-04-04T12:00:00Z | 2026-04-04T14:15:00Z 2026-04-05T14:45:00Z
            Australia/Lord_Howe | 45 * * * * | 2026-04-04T14:00:00Z | 2026-04-04T14:45:00Z 2026-04-04T15:15:00Z 2026-04-04T16:15:00Z
            # The 30th of December 2011 did not exist.
            Pacific/Apia | 0 12 * * *     | 2011-12-29T12:00:00Z | 2011-12-29T22:00:00Z 2011-12-30T10:00:00Z 2011-12-30T22:00:00Z
            Pacific/Apia | 0 12 30 12 *   | 2011-01-01T00:00:00Z | 2011-12-30T10:00:00Z 2012-12-29T22:00:00Z
            Pacific/Apia | 0 * 30 12 *    | 2011-01-01T00:00:00Z | 2012-12-29T10:00:00Z
            """)
    void followsTheRuleOfVixieCronWhenClocksChange(String zone, String expression, Instant after, String expected) {
        assertThat(next(expression, zone, after, expected)).isEqualTo(instants(expected));
    }

    /** The last day of March is on a Sunday only when the clocks are moved forward. */
    @Test
    void doesNotFireIfEachOfItsTimesIsInAGap() {
        CronSchedule schedule = CronSchedule.parse("* 2 31 3 */7");

        assertThat(schedule.nextAfter(Instant.parse("2026-11-29T00:00:00Z"), ZoneId.of("Europe/Berlin")))
                .isEmpty();
        assertThat(schedule.nextAfter(Instant.parse("2026-11-29T00:00:00Z"), ZoneOffset.UTC))
                .contains(Instant.parse("2030-03-31T02:00:00Z"));
    }

    @Test
    void endsWithTheYear9999() {
        CronSchedule schedule = CronSchedule.parse("0 0 1 1 *");

        assertThat(schedule.nextAfter(Instant.parse("9998-06-01T00:00:00Z"), ZoneOffset.UTC))
                .contains(Instant.parse("9999-01-01T00:00:00Z"));
        assertThat(schedule.nextAfter(Instant.parse("9999-01-01T00:00:00Z"), ZoneOffset.UTC))
                .isEmpty();
        assertThat(CronSchedule.parse("* * * * *").nextAfter(Instant.parse("9999-12-31T23:59:00Z"), ZoneOffset.UTC))
                .isEmpty();
    }

    @Test
    void hasItsTimesInMilliseconds() {
        Occurrences occurrences = CronSchedule.parse("30 2 * * *").occurrences(ZoneId.of("Europe/Berlin"));
        Instant gap = Instant.parse("2026-03-29T01:00:00Z");

        assertThat(occurrences.nextAfter(gap.toEpochMilli() - 1)).hasValue(gap.toEpochMilli());
        assertThat(occurrences.nextAfter(gap.toEpochMilli()))
                .hasValue(gap.plus(Duration.ofMinutes(23 * 60 + 30)).toEpochMilli());
        assertThat(occurrences.nextAfter(Instant.parse("9999-12-31T12:00:00Z").toEpochMilli()))
                .isEmpty();
    }

    @Test
    void isPrintedAsItWasWritten() {
        assertThat(CronSchedule.parse(" @daily ")).hasToString(" @daily ");
        assertThat(CronSchedule.parse("\t5  4 *\t* sun ")).hasToString("\t5  4 *\t* sun ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            60 * * * *      | field minute, position 1: expected a number from 0 to 59, found '60'
            0 24 * * *      | field hour, position 3: expected a number from 0 to 23, found '24'
            0 0 0 * *       | field day-of-month, position 5: expected a number from 1 to 31, found '0'
            0 0 32 * *      | field day-of-month, position 5: expected a number from 1 to 31, found '32'
            0 0 1 13 *      | field month, position 7: expected a number from 1 to 12 or a name from JAN to DEC, found '13'
            0 0 1 JUNE *    | field month, position 7: expected a number from 1 to 12 or a name from JAN to DEC, found 'JUNE'
            0 0 1 MON *     | field month, position 7: expected a number from 1 to 12 or a name from JAN to DEC, found 'MON'
            0 0 1 * 8       | field day-of-week, position 9: expected a number from 0 to 7 or a name from SUN to SAT, found '8'
            0 0 JAN * *     | field day-of-month, position 5: expected a number from 1 to 31, found 'JAN'
            -5 * * * *      | field minute, position 1: expected a number from 0 to 59, found '-'
            99999999999999999999 * * * * | field minute, position 1: expected a number from 0 to 59, found '99999999999999999999'
            5, * * * *      | field minute, position 3: expected a number from 0 to 59, found the end of the field
            5,,6 * * * *    | field minute, position 3: expected a number from 0 to 59, found ','
            1,70-80 * * * * | field minute, position 3: expected a number from 0 to 59, found '70'
            5- * * * *      | field minute, position 3: expected a number from 0 to 59, found the end of the field
            5-70 * * * *    | field minute, position 3: expected a number from 0 to 59, found '70'
            0 22-2 * * *    | field hour, position 6: expected a value that is not less than the start of the range, 22, found '2'
            0 0 * * 7-2     | field day-of-week, position 11: expected a value that is not less than the start of the range, 7, found '2'
            0 0 * * SAT-FRI | field day-of-week, position 13: expected a value that is not less than the start of the range, 6, found 'FRI'
            */0 * * * *     | field minute, position 3: expected a step from 1 to 59, found '0'
            */90 * * * *    | field minute, position 3: expected a step from 1 to 59, found '90'
            0 */ * * *      | field hour, position 5: expected a step from 1 to 23, found the end of the field
            0 */x * * *     | field hour, position 5: expected a step from 1 to 23, found 'x'
            */5/2 * * * *   | field minute, position 4: expected ',' or the end of the field, found '/'
            *5 * * * *      | field minute, position 2: expected ',' or the end of the field, found '5'
            *-5 * * * *     | field minute, position 2: expected ',' or the end of the field, found '-'
            ? * * * *       | field minute, position 1: expected a number from 0 to 59, found '?'
            0 0 ?/2 * *     | field day-of-month, position 5: expected a number from 1 to 31, found '?'
            0 0 L-3 * *     | field day-of-month, position 6: expected ',' or the end of the field, found '-'
            0 0 LW * *      | field day-of-month, position 6: expected ',' or the end of the field, found 'W'; W and # are not supported, and L only as a day of the month
            0 0 15W * *     | field day-of-month, position 7: expected ',' or the end of the field, found 'W'; W and # are not supported, and L only as a day of the month
            0 0 * * 5L      | field day-of-week, position 10: expected ',' or the end of the field, found 'L'; W and # are not supported, and L only as a day of the month
            0 0 * * MON#2   | field day-of-week, position 12: expected ',' or the end of the field, found '#2'; W and # are not supported, and L only as a day of the month
            0 0 * * H       | field day-of-week, position 9: expected a number from 0 to 7 or a name from SUN to SAT, found 'H'
            """)
    void refusesWhatIsNotAFieldWithItsPlace(String expression, String message) {
        assertThatThrownBy(() -> CronSchedule.parse(expression))
                .isInstanceOf(InvalidCronException.class)
                .hasMessage("Cron expression '" + expression + "', " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''            | expected 5 fields, minute hour day-of-month month day-of-week, found 0
            * * * *       | expected 5 fields, minute hour day-of-month month day-of-week, found 4
            0 * * * * *   | expected 5 fields, minute hour day-of-month month day-of-week, found 6; fields of seconds and years are not supported
            @reboot       | expected one of @annually, @daily, @hourly, @midnight, @monthly, @weekly, @yearly, or the fields minute hour day-of-month month day-of-week, found '@reboot'
            @daily 5      | expected one of @annually, @daily, @hourly, @midnight, @monthly, @weekly, @yearly, or the fields minute hour day-of-month month day-of-week, found '@daily 5'
            0 0 30 2 *    | expected a day-of-month that one of the months has, found none; the schedule would never fire
            0 0 31 2,4,6,9,11 ? | expected a day-of-month that one of the months has, found none; the schedule would never fire
            """)
    void refusesExpressionsOfOtherFieldsAndThoseThatNeverFire(String expression, String message) {
        assertThatThrownBy(() -> CronSchedule.parse(expression))
                .isInstanceOf(InvalidCronException.class)
                .hasMessage("Cron expression '" + expression + "': " + message);
    }

    @Test
    void refusesAnExpressionThatIsTooLongWithoutPrintingIt() {
        assertThatThrownBy(() -> CronSchedule.parse("* ".repeat(200)))
                .isInstanceOf(InvalidCronException.class)
                .hasMessage("Cron expression: expected at most 256 characters, found 400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 0 29 2 *", "0 0 31 1 *", "0 0 30 2 MON", "0 0 L 2 *", "0 0 30,L 2 *", "0 0 30 2,3 *"})
    void acceptsDaysThatSomeYearsHave(String expression) {
        assertThat(CronSchedule.parse(expression).nextAfter(Instant.EPOCH, ZoneOffset.UTC))
                .isPresent();
    }

    /** As many times from an instant on as are expected. */
    private static List<Instant> next(String expression, String zone, Instant after, String expected) {
        CronSchedule schedule = CronSchedule.parse(expression);
        List<Instant> times = new ArrayList<>();
        Instant time = after;
        for (int i = 0; i < instants(expected).size(); i++) {
            time = schedule.nextAfter(time, ZoneId.of(zone)).orElseThrow();
            times.add(time);
        }
        return times;
    }

    private static List<Instant> instants(String texts) {
        return Arrays.stream(texts.split(" ")).map(Instant::parse).toList();
    }
}
