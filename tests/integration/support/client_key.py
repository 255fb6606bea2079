"""A key of somebody who asks for signatures, with which he shows that he may."""

import pathlib
import subprocess
import tempfile

from . import base58, payloads, socket_client

PRIVATE_KEY_HEADER = bytes.fromhex("302e020100300506032b657004220420")
PUBLIC_KEY_SIZE = 32


class ClientKey:
    """An ed25519 key of somebody who asks; made and used by OpenSSL."""

    def __init__(self, seed):
        self.der = PRIVATE_KEY_HEADER + seed
        public = self.openssl("pkey", "-pubout", "-outform", "DER")
        self.public_key = base58.encode("edpk", public[-PUBLIC_KEY_SIZE:])
        self.address = base58.key_hash(self.public_key)

    def openssl(self, command, *words, data=None):
        with tempfile.TemporaryDirectory() as folder:
            key, content = pathlib.Path(folder, "key"), pathlib.Path(folder, "data")
            key.write_bytes(self.der)
            arguments = ["-inkey" if data is not None else "-in", key, *words]
            if data is not None:
                content.write_bytes(data)
                arguments += ["-in", content]
            command = ["openssl", command, "-keyform" if data is not None else "-inform", "DER", *arguments]
            return subprocess.run(command, capture_output=True, check=True).stdout

    def shows(self, address, message):
        """The raw signature that allows to have this message signed with that key."""
        request = b"\x04\x01" + socket_client.binary_key_hash(address) + message
        return self.openssl("pkeyutl", "-sign", "-rawin", data=payloads.digest(request))

    def target(self, address, message):
        """The path of a request for this signature over HTTP, with what allows it."""
        shown = base58.encode("edsig", self.shows(address, message))
        return f"/keys/{address}?version=3&authentication={shown}"
