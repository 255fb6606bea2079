// What this daemon signs at all, whatever the watermarks say.
#pragma once

#include <set>

#include "apdu/keys.hpp"
#include "apdu/types.hpp"
#include "daemon/floor/payload.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

struct SigningPolicy {
    std::set<std::uint8_t> magic_bytes = {0x11, 0x12, 0x13};
    // Chains served besides the device's main chain.
    std::set<apdu::ChainId> chains;
};

// The first check of a message, before it is parsed. Errors: bad_body for an empty message,
// magic_byte.
Result<void> check_magic_byte(const SigningPolicy& policy, ByteView message);

// Who wants to register as a delegate is told how, whatever else refuses the operation: then
// kind_refused, else `error`.
Error operation_refused(const apdu::KeyHash& key, ByteView message, const Error& error);

// `device_chain` is the main chain of the device; unspecified (zero) or unknown serves only
// configured chains, because the device then has one mark for all chains. Errors: chain_refused.
Result<void> check_chain(const SigningPolicy& policy,
                         const apdu::ChainId& chain,
                         const apdu::ChainId& device_chain);

// A reveal lowers the round of the device's mark for chain zero (a fault of the Baking app), which
// is everybody's mark when the device is set up for any chain. Errors: reveal_unsafe.
Result<void> check_reveal(const apdu::ChainId& device_chain);

}  // namespace ledger_bridge::daemon
