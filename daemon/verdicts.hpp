// Verdicts that no commit has logged: repetitions, refusals, failures.
#pragma once

#include <string_view>

#include "apdu/keys.hpp"
#include "daemon/floor/store_thread.hpp"
#include "driver/base/clock.hpp"

namespace ledger_bridge::daemon {

// Logs it, if the message is one that has a mark. Any thread; waits for nothing.
void note_verdict(floor::StoreThread& store,
                  const Clock& clock,
                  std::string_view device,
                  const apdu::KeyHash& key,
                  ByteView message,
                  std::string_view verdict,
                  std::string_view reason);

}  // namespace ledger_bridge::daemon
