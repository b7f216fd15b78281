"""Plays and measurements: what they leave behind."""

from moderation_portal.launch import measuring


def test_what_the_programs_of_a_broken_play_said_outlives_its_folder(tmp_path):
    folder, kept = tmp_path / "play", tmp_path / "kept"
    (folder / "postgres").mkdir(parents=True)
    (folder / "pump.log").write_text("one look\n", encoding="utf-8")
    for _ in range(2):
        measuring.keep_logs(folder, kept)
    assert [file.name for file in kept.iterdir()] == ["pump.log"]
    assert (kept / "pump.log").read_text(encoding="utf-8") == "one look\n"
