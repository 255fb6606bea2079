"""The package is removed, comes back, and is purged: the watermarks stay, and nobody is asked anything."""

TITLE = "removal, installation and purge of the package"
STATE = "/var/lib/ledger-bridge"
PACKAGE = "/opt/vm/package.deb"
LEFT_BEHIND = "ls -d /usr/bin/ledger* /lib/udev/rules.d/*ledger-bridge* /lib/systemd/system/ledger-bridge* 2>/dev/null"
SECONDS = 120


def run(bench, report):
    message = bench.next_message()
    before = bench.service.sign(bench.address, message)
    report.check(bench.is_signed(before, message), f"signed before: {before.status}")
    bench.service.stop()
    marks = checksums(bench)
    report.check("watermarks" in marks, "there are watermarks to lose")
    package(bench, "-r ledger-bridge")
    left = bench.guest.run(LEFT_BEHIND, check=False).stdout.split()
    report.check(left == [], f"programs, rules and unit are gone {left}")
    report.check(checksums(bench) == marks, "removal keeps the watermarks")
    package(bench, f"-i {PACKAGE}")
    bench.seconds_until_ready()
    again = bench.service.sign(bench.address, message)
    report.check(again.signature == before.signature, "installed again it still has the signature")
    bench.sign_new(report)
    words = package(bench, "-P ledger-bridge")
    report.check(STATE in words, f"the purge says what it left: {words.strip()}")
    report.check("watermarks" in checksums(bench), "the purge keeps the watermarks")


def package(bench, words):
    """dpkg with nobody to answer; what it said."""
    done = bench.guest.run(f"dpkg {words} </dev/null", timeout=SECONDS)
    return done.stdout + done.stderr


def checksums(bench):
    return bench.guest.run(f"sha256sum {STATE}/* {STATE}.marker/*", check=False).stdout
