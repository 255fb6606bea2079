"""Every command of the README's section "Running it", in its order, from the package alone."""

TITLE = "13 README, \"Running it\": every command, in order"
COMMAND_SECONDS = 120
FOLDER = "/opt/vm/download"  # where somebody has put the package


def run(bench, report):
    bench.guest.run(f"mkdir -p {FOLDER} && ln -sf /opt/vm/package.deb {FOLDER}/ledger-bridge_1_amd64.deb")
    bench.ledger.control.post("/power-cycle", {"factory": True})
    bench.wait_for_health(lambda status, reasons: reasons == ["unauthorised"], "unauthorised")
    try:
        for command in (command for block in bench.readme.blocks for command in block):
            done = bench.guest.run(f"cd {FOLDER} && {command}", timeout=COMMAND_SECONDS, check=False)
            report.check(done.status == 0, f"{command}{'' if done.status == 0 else f': {done}'}")
    finally:
        restore(bench)
    bench.sign_new(report)


def restore(bench):
    """The key and the chain of all other cases."""
    bench.use_backend(bench.backend)
    bench.service.restart()
    bench.ledger.control.post("/power-cycle", {"factory": True})
    bench.wait_for_health(lambda status, reasons: reasons == ["unauthorised"], "unauthorised")
    bench.level += 1
    bench.service.setup(bench.level)
