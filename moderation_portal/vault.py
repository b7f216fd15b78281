"""Secrets at rest: encrypted fields and files, and keyed hashes of what must be found but not read.

`settings.VAULT_KEYS` are Fernet keys, newest first. Writing uses the first; reading tries all,
so a key is rotated by putting a new one in front. Hashes use the last, which therefore stays.
"""

import base64
import hmac
import os
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


def encrypt(text: str) -> bytes:
    """The text as a ciphertext for a database column; the empty text stays empty."""
    return _fernet().encrypt(text.encode()) if text else b""


def decrypt(ciphertext: bytes) -> str:
    """The text behind a ciphertext. Raises `cryptography.fernet.InvalidToken` if it was altered."""
    return _fernet().decrypt(bytes(ciphertext)).decode() if ciphertext else ""


def keyed_hash(purpose: str, text: str) -> str:
    """HMAC-SHA-256 as 64 hex digits: finds a secret again, never gives it away.

    `purpose` keeps the same secret from being compared across uses.
    """
    key = base64.urlsafe_b64decode(settings.VAULT_KEYS[-1])
    return hmac.digest(key, f"{purpose}\x00{text}".encode(), "sha256").hex()


def seal_file(content: bytes) -> tuple[bytes, bytes]:
    """(ciphertext, wrapped key): AES-256-GCM under a key of the file's own, itself encrypted."""
    key, nonce = AESGCM.generate_key(256), os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, content, None), _fernet().encrypt(key)


def open_file(ciphertext: bytes, wrapped_key: bytes) -> bytes:
    """The content sealed by `seal_file`. Raises `InvalidTag` if one bit of it was changed."""
    key = _fernet().decrypt(bytes(wrapped_key))
    return AESGCM(key).decrypt(ciphertext[:12], ciphertext[12:], None)


def _fernet() -> MultiFernet:
    return _made_of(tuple(settings.VAULT_KEYS))


@lru_cache(maxsize=4)
def _made_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
