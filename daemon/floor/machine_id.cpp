#include "daemon/floor/machine_id.hpp"

#include <fstream>

#include "apdu/digest.hpp"
#include "driver/base/bytes.hpp"

namespace ledger_bridge::floor {

std::optional<std::string> machine_identity(const std::filesystem::path& file) {
    std::string id;
    std::ifstream(file) >> id;
    if (!from_hex(id) || id.empty()) {  // "uninitialized" on a first boot
        return std::nullopt;
    }
    return to_hex(apdu::blake2b_256(as_bytes("ledger-bridge:" + id)));
}

}  // namespace ledger_bridge::floor
