"""Numbers of letters, reports and cases."""

import pytest

from reports.letters import references


@pytest.mark.parametrize(
    "text",
    [
        "Jl. Contoh No. 12 Telp. No. 021-5550100",
        "Lampiran : 1 (satu) berkas",
        "rekening BCA No. 1234567890",
        "No. 1 dan No. 2",
    ],
)
def test_not_every_number_is_a_reference(text):
    assert references.find(text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (
            "Laporan Polisi Nomor: LP/B/1234/III/2021/SPKT/POLDA METRO JAYA tanggal",
            "LP/B/1234/III/2021/SPKT/POLDA METRO JAYA",
        ),
        ("LP/A/140/VI/2026/SPKT/POLDA_METRO,", "LP/A/140/VI/2026/SPKT/POLDA_METRO"),
        ("LP/B/149/2024/SPKT/Polda Jambi atas", "LP/B/149/2024/SPKT/Polda Jambi"),
        (
            "SP.Gas.Lidik/1/VIII/RES.5.3/2026/\nDitreskrimsus",
            "SP.Gas.Lidik/1/VIII/RES.5.3/2026/Ditreskrimsus",
        ),
        ("SPGL-402/Ditreskrimsus/2026.", "SPGL-402/Ditreskrimsus/2026"),
        ("Tanda Daftar 003957.01/DJAI.PSE/07/2022", "003957.01/DJAI.PSE/07/2022"),
        ("запись 1346537-РИ в связи", "1346537-РИ"),
        ("№ 2-6-18/2021-02-25-1898-\nАИ указатель", "2-6-18/2021-02-25-1898-АИ"),
        ("по делу № 2а-583/2020.", "2а-583/2020"),
        ("требование 27-31-2015/Ид1959-15", "27-31-2015/Ид1959-15"),
        ("our case SingCERT_20230626-C271158", "SingCERT_20230626-C271158"),
        ("решения агентства от 14.07.2015 № 6154 указатель", "6154"),
        ("2021/1234 D.İş sayılı", "2021/1234 D.İş"),
        ("公网安〔2021〕123号", "公网安〔2021〕123号"),
    ],
)
def test_a_number_of_every_known_shape_is_found(text, number):
    assert [one.canonical for one in references.find(text)] == [number]
