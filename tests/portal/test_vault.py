import pytest
from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken

from moderation_portal import vault


def test_an_altered_field_is_refused():
    ciphertext = bytearray(vault.encrypt("Budi"))
    ciphertext[-3] ^= 1
    with pytest.raises(InvalidToken):
        vault.decrypt(bytes(ciphertext))


def test_an_altered_file_is_refused():
    ciphertext, key = vault.seal_file(b"letter")
    with pytest.raises(InvalidTag):
        vault.open_file(ciphertext[:-1] + bytes([ciphertext[-1] ^ 1]), key)


def test_what_was_encrypted_comes_back():
    assert vault.decrypt(vault.encrypt("Budi 🙂")) == "Budi 🙂"
    assert vault.open_file(*vault.seal_file(b"letter")) == b"letter"


def test_the_same_text_is_never_encrypted_alike():
    assert vault.encrypt("Budi") != vault.encrypt("Budi")


def test_an_old_key_still_reads_and_hashes_after_a_new_one_is_put_in_front(settings):
    old, digest = vault.encrypt("Budi"), vault.keyed_hash("receipt", "abc")
    settings.VAULT_KEYS = [Fernet.generate_key().decode(), *settings.VAULT_KEYS]
    assert vault.decrypt(old) == "Budi"
    assert vault.keyed_hash("receipt", "abc") == digest


def test_hashes_of_two_purposes_cannot_be_compared():
    assert vault.keyed_hash("receipt", "abc") != vault.keyed_hash("code", "abc")
