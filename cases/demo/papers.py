"""What a police unit attaches to its request, made on the spot: nothing in it is real."""

from io import BytesIO

import typst
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

SOURCE = """
#set page(paper: "a4", margin: 2.5cm)
#set text(lang: "id")
*KEPOLISIAN DAERAH JAWA TIMUR (CONTOH)* \\
DIREKTORAT RESERSE KRIMINAL KHUSUS

Nomor: {number} \\
Perihal: Permohonan pemutusan akses akun (contoh, bukan surat sungguhan)

Dengan hormat, dimohon pemutusan akses terhadap akun yang tercantum pada lampiran elektronik.

#v(3cm)
Ditandatangani secara elektronik (contoh)
"""


def signed_letter(number: str) -> SimpleUploadedFile:
    """The letter with this number as an uploaded PDF."""
    pdf = typst.compile(SOURCE.format(number=number).encode())
    return SimpleUploadedFile("surat.pdf", pdf, content_type="application/pdf")


def screenshot() -> SimpleUploadedFile:
    """An empty grey picture in the place of a screenshot."""
    out = BytesIO()
    Image.new("RGB", (360, 640), "#d8dde3").save(out, "PNG")
    return SimpleUploadedFile("tangkapan.png", out.getvalue(), content_type="image/png")


def roman(month: int) -> str:
    """The month as Indonesian letter numbers write it."""
    return ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"][month - 1]
