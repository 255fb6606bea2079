// Named places where a test can stop the program to see what a crash there leaves behind.
#pragma once

namespace ledger_bridge {

// Does nothing, always: what stops is in no program but the one that the tests build, which brings
// a definition of its own and so leaves this one out. Any thread.
void crash_point(const char* name) noexcept;

}  // namespace ledger_bridge
