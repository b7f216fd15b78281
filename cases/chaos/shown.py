"""Promises of the delivery engine that tests of the suite show, rather than a play."""

# What a play does not show, or not alone: where the suite does.
SUITE: dict[str, tuple[str, ...]] = {
    "a slow mailbox frees its worker within half a minute": (
        "tests/portal/test_recipients.py::test_a_worker_is_free_within_half_a_minute",
        "tests/portal/test_recipients.py::test_a_server_that_says_nothing_is_cut_off",
        "tests/portal/test_recipients.py::"
        "test_behind_a_silent_mailbox_others_get_theirs_and_its_own_wait",
    ),
    "whoever has lost the lease writes nothing": (
        "tests/portal/test_outbox.py::test_whoever_lost_the_lease_writes_nothing",
        "tests/cases/notices/test_sending.py::"
        "test_a_worker_that_stood_still_and_goes_on_late_doubles_nothing_but_the_copy",
    ),
    "10,000 due times over zones, holidays and leap days are right": (
        "tests/cases/test_many_deadlines.py::"
        "test_ten_thousand_promises_in_working_hours_end_when_they_end",
        "tests/cases/test_many_deadlines.py::"
        "test_ten_thousand_orders_are_due_so_many_clock_hours_later_wherever_the_machine_stands",
    ),
    "the very look that sees the clock jump stops escalations": (
        "tests/portal/test_standstills.py::"
        "test_a_jump_of_the_clock_stops_escalations_at_the_very_look",
    ),
    "a full disk stores nothing by half": (
        "tests/reports/test_full_disk.py::test_evidence_that_does_not_fit_leaves_neither_row_nor_piece",
    ),
    "a version goes on working while the next one is put in": (
        "tests/test_migrations.py::test_the_version_before_goes_on_while_a_migration_is_put_in",
        "tests/portal/test_outbox.py::test_what_a_worker_does_not_know_waits_for_one_that_does",
    ),
}
