"""A signed letter as a police unit would attach it, made on the spot."""

import typst
from django.core.files.uploadedfile import SimpleUploadedFile

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
