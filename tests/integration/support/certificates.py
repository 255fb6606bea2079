"""Certificates for one test, made by the openssl command in a folder of their own."""

import os
import pathlib
import ssl
import subprocess

NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


class Certificates:
    """NAME.pem and NAME.key for each name that was issued, and `ca`, which issues them."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.ca = self.make_ca("ca")

    def openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, check=True)

    def make_ca(self, name):
        self.openssl("req", "-x509", "-subj", f"/CN={name}", *NEW_KEY,
                     "-keyout", f"{name}.key", "-out", f"{name}.pem")
        return self.folder / f"{name}.pem"

    def issue(self, name, ca="ca", days=30):
        """(certificate, key), for 127.0.0.1 and localhost."""
        (self.folder / "names").write_text("subjectAltName = IP:127.0.0.1, DNS:localhost\n")
        self.openssl("req", "-new", "-subj", f"/CN={name}", *NEW_KEY,
                     "-keyout", f"{name}.key", "-out", f"{name}.csr")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key",
                     "-CAcreateserial", "-extfile", "names", "-days", str(days), "-out", f"{name}.pem")
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"

    def install(self, pair, certificate, key):
        """Puts a pair in the place of another, each file at once."""
        for source, target in zip(pair, (certificate, key)):
            fresh = target.with_suffix(".new")
            fresh.write_bytes(source.read_bytes())
            fresh.chmod(0o600)
            os.replace(fresh, target)

    def client_context(self, pair=None):
        """What Python's ssl needs to trust our CA, and to show a certificate."""
        context = ssl.create_default_context(cafile=str(self.ca))
        if pair:
            context.load_cert_chain(*map(str, pair))
        return context
