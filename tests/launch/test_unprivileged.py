"""Root's servers run as nobody, who must be able to reach what they need."""

import os

from moderation_portal.launch.unprivileged import copy_for_nobody, may_pass, may_run, server_folder


def test_a_private_folder_on_the_way_stops_nobody(tmp_path):
    program = tmp_path / "inner" / "program"
    program.parent.mkdir()
    program.touch(mode=0o755)
    program.parent.chmod(0o700)
    assert not may_pass(program)
    assert not may_run(program)


def test_a_copied_program_keeps_its_shape_and_can_be_run_by_all(tmp_path):
    source = tmp_path / "source"
    (source / "bin").mkdir(parents=True, mode=0o700)
    (source / "bin" / "program").write_text("#!/bin/sh\n")
    (source / "bin" / "program").chmod(0o700)
    (source / "data").write_text("x")
    (source / "link").symlink_to("data")
    copied = copy_for_nobody(source, tmp_path / "out" / "target")
    assert (copied / "bin" / "program").stat().st_mode & 0o777 == 0o755
    assert (copied / "data").stat().st_mode & 0o777 == 0o644
    assert (copied / "link").readlink().name == "data"


def test_a_copy_is_made_again_only_when_its_source_changed(tmp_path):
    source, target = tmp_path / "program", tmp_path / "copy"
    source.write_text("old")
    made = copy_for_nobody(source, target).stat().st_mtime_ns
    target.write_text("the copy of before")
    os.utime(target, ns=(made, made))
    assert copy_for_nobody(source, target).read_text() == "the copy of before"
    source.write_text("newer")
    os.utime(source, ns=(made + 1_000_000, made + 1_000_000))
    assert copy_for_nobody(source, target).read_text() == "newer"


def test_server_data_is_private_wherever_it_lies(tmp_path):
    folder = server_folder(tmp_path, tmp_path / "outside", "postgres")
    assert folder.stat().st_mode & 0o777 == 0o700
