"""Checks signatures of every curve by OpenSSL's library: thousands a second, and no code of ours.

The daemon and the emulator use other libraries for ed25519 and secp256k1.
"""

import ctypes
import ctypes.util

from support import base58
from support.verify import KEY_HEADERS, SECP256K1_ORDER, SIGNATURE_OF, der_signature

_name = ctypes.util.find_library("crypto")
if _name is None:
    raise RuntimeError("libcrypto is missing; install libssl3")
_crypto = ctypes.CDLL(_name)
_pointer, _bytes, _size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t


def _function(name, result, *arguments):
    function = getattr(_crypto, name)
    function.restype, function.argtypes = result, arguments
    return function


_read_key = _function("d2i_PUBKEY", _pointer, _pointer, _pointer, ctypes.c_long)
_new_digest = _function("EVP_MD_CTX_new", _pointer)
_free_digest = _function("EVP_MD_CTX_free", None, _pointer)
_begin_digest = _function("EVP_DigestVerifyInit", ctypes.c_int, *[_pointer] * 5)
_verify_digest = _function("EVP_DigestVerify", ctypes.c_int, _pointer, _bytes, _size, _bytes, _size)
_new_context = _function("EVP_PKEY_CTX_new", _pointer, _pointer, _pointer)
_free_context = _function("EVP_PKEY_CTX_free", None, _pointer)
_begin = _function("EVP_PKEY_verify_init", ctypes.c_int, _pointer)
_verify = _function("EVP_PKEY_verify", ctypes.c_int, _pointer, _bytes, _size, _bytes, _size)


class PublicKey:
    """Of the text of a key: "edpk...", "sppk..." or "p2pk..."."""

    def __init__(self, text):
        self._kind, raw = base58.decode(text)
        if self._kind not in KEY_HEADERS:
            raise ValueError(f"no public key: {text}")
        der = bytes.fromhex(KEY_HEADERS[self._kind]) + raw
        start = ctypes.c_char_p(der)
        self._key = _read_key(None, ctypes.addressof(start), len(der))
        if not self._key:
            raise ValueError(f"no public key: {text}")

    @property
    def signature_kind(self):
        """The prefix of this key's signatures."""
        return SIGNATURE_OF[self._kind]

    def verifies(self, digest, signature):
        """`signature`: 64 bytes, as they are after the prefix of its text."""
        if self._kind == "edpk":
            return self._verifies_ed25519(digest, signature)
        if self._kind == "sppk" and int.from_bytes(signature[32:], "big") > SECP256K1_ORDER // 2:
            return False  # libsecp256k1, which clients use, refuses a high s
        return self._verifies_ecdsa(digest, der_signature(signature))

    def _verifies_ed25519(self, digest, signature):
        context = _new_digest()
        try:
            if _begin_digest(context, None, None, None, self._key) != 1:
                raise RuntimeError("OpenSSL does not begin to verify")
            return _verify_digest(context, signature, len(signature), digest, len(digest)) == 1
        finally:
            _free_digest(context)

    def _verifies_ecdsa(self, digest, signature):
        context = _new_context(self._key, None)
        try:
            if _begin(context) != 1:
                raise RuntimeError("OpenSSL does not begin to verify")
            return _verify(context, signature, len(signature), digest, len(digest)) == 1
        finally:
            _free_context(context)
