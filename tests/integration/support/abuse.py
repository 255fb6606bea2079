"""The list of requests that no honest client sends, tests/data/http_abuse.json, made into bytes.

Each has a name; the source of the idea; `send`, a text (one byte a character) or pieces of it, a piece
[text, n] being sent n times; `status`, the answers in their order; `end`, whether the connection is
closed after them or open for the next request; `half_close` when the client says that nothing follows.
What stands in <> is put in here.
"""

import json

from .http_client import raw_request, sign_body
from .places import DATA

BODY_LIMIT = 64 * 1024


class Abuse:
    """`known`: a message that is signed already, so asking for it is harmless; `never`: one that would
    be signed if the daemon took a body for a request."""

    def __init__(self, address, known, never):
        self.cases = json.loads((DATA / "http_abuse.json").read_text())
        body = sign_body(known)
        smuggled = raw_request("POST", f"/keys/{address}", sign_body(never))
        self.fill = BODY_LIMIT - len(body)
        self.texts = {
            "<KEY>": f"/keys/{address}",
            "<BODY>": body.decode(),
            "<BODY_LENGTH>": str(len(body)),
            "<BODY_HEX>": f"{len(body):x}",
            "<BODY_HEX_UPPER>": f"{len(body):X}",
            "<SMUGGLED>": smuggled.decode(),
            "<SMUGGLED_LENGTH>": str(len(smuggled)),
            "<SMUGGLED_HEX>": f"{len(smuggled):x}",
        }

    def bytes_of(self, case):
        pieces = [case["send"]] if isinstance(case["send"], str) else case["send"]
        return b"".join(self._piece(piece) for piece in pieces)

    def _piece(self, piece):
        text, times = (piece, 1) if isinstance(piece, str) else piece
        for name, value in self.texts.items():
            text = text.replace(name, value)
        return text.encode("latin-1") * (self.fill if times == "<FILL>" else times)
