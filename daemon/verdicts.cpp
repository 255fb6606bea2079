#include "daemon/verdicts.hpp"

namespace ledger_bridge::daemon {

void note_verdict(floor::StoreThread& store,
                  const Clock& clock,
                  std::string_view device,
                  const apdu::KeyHash& key,
                  ByteView message,
                  std::string_view verdict,
                  std::string_view reason) {
    const auto payload = floor::parse_payload(message);
    if (!payload) {
        return;
    }
    store.note({clock.wall(),
                {key, payload->chain, payload->kind},
                {payload->level, payload->round},
                payload->digest,
                std::string(verdict),
                std::string(reason),
                std::string(device)});
}

}  // namespace ledger_bridge::daemon
