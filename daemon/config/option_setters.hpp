// How the options whose values are more than a number, a size or a time are read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/config/options.hpp"

namespace ledger_bridge::daemon {

// All take the values as they were given. Errors: bad_option, bad_device_name, bad_chain_id,
// bad_node_url.

Result<void> set_devices(Config& config, const Values& values);
// "none", which stands alone, switches the listener off.
Result<void> set_listeners(std::vector<ListenAddress>& target, const Values& values);
Result<void> set_usb_backend(Config& config, const Values& values);
Result<void> set_store(Config& config, const Values& values);
// Each value may hold several, separated by commas.
Result<void> set_magic_bytes(Config& config, const Values& values);
Result<void> set_chains(Config& config, const Values& values);
// "0x11, 0x12" as its parts, without the blanks around them.
Values split_lists(const Values& values);
// One of 0x03, 0x11, 0x12, 0x13.
Result<std::uint8_t> parse_magic_byte(std::string_view text);
Result<void> set_node(Config& config, const Values& values);
Result<void> set_path(std::optional<std::string>& target, const Values& values);

}  // namespace ledger_bridge::daemon
