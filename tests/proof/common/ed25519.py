"""Checks ed25519 signatures by OpenSSL's library: tens of thousands a second, and no code of ours.

The daemon and the emulator use libsodium for this curve.
"""

import ctypes
import ctypes.util

ED25519 = 1087  # EVP_PKEY_ED25519

_name = ctypes.util.find_library("crypto")
if _name is None:
    raise RuntimeError("libcrypto is missing; install libssl3")
_crypto = ctypes.CDLL(_name)
_pointer, _bytes, _size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
_crypto.EVP_PKEY_new_raw_public_key.restype = _pointer
_crypto.EVP_PKEY_new_raw_public_key.argtypes = [ctypes.c_int, _pointer, _bytes, _size]
_crypto.EVP_MD_CTX_new.restype = _pointer
_crypto.EVP_MD_CTX_free.argtypes = [_pointer]
_crypto.EVP_DigestVerifyInit.argtypes = [_pointer] * 5
_crypto.EVP_DigestVerify.argtypes = [_pointer, _bytes, _size, _bytes, _size]


class PublicKey:
    def __init__(self, raw):
        self._key = _crypto.EVP_PKEY_new_raw_public_key(ED25519, None, raw, len(raw))
        if not self._key:
            raise ValueError(f"no ed25519 key: {raw.hex()}")

    def verifies(self, data, signature):
        context = _crypto.EVP_MD_CTX_new()
        try:
            if _crypto.EVP_DigestVerifyInit(context, None, None, None, self._key) != 1:
                raise RuntimeError("OpenSSL does not begin to verify")
            return _crypto.EVP_DigestVerify(context, signature, len(signature), data, len(data)) == 1
        finally:
            _crypto.EVP_MD_CTX_free(context)
