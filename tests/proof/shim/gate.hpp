// Asks the test at a named place what is to happen there.
#pragma once

namespace ledger_bridge::proof {

// Says `name` to the test that listens on the Unix socket named by BRIDGE_GATE, and goes on when
// that has answered a byte. Meanwhile the test does what it likes, for example end this process.
// Without that variable, or when nobody listens, goes on at once. Each thread has a connection.
void ask_gate(const char* name) noexcept;

}  // namespace ledger_bridge::proof
