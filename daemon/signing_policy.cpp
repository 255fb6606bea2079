#include "daemon/signing_policy.hpp"

#include <fmt/format.h>

#include "daemon/errors.hpp"
#include "daemon/floor/delegation.hpp"

namespace ledger_bridge::daemon {

Result<void> check_magic_byte(const SigningPolicy& policy, ByteView message) {
    if (message.empty()) {
        return fail(Errc::bad_body, "there is nothing to sign");
    }
    if (!policy.magic_bytes.contains(message.front())) {
        return magic_byte_error(message.front());
    }
    return {};
}

Error operation_refused(const apdu::KeyHash& key, ByteView message, const Error& error) {
    return floor::parse_delegation(message, key)
               ? fail(Errc::kind_refused,
                      fmt::format("ledgerctl delegate {} {}", key.text(), to_hex(message)))
               : error;
}

Result<void> check_reveal(const apdu::ChainId& device_chain) {
    return device_chain.unspecified() ? Result<void>(fail(Errc::reveal_unsafe)) : Result<void>();
}

Result<void> check_chain(const SigningPolicy& policy,
                         const apdu::ChainId& chain,
                         const apdu::ChainId& device_chain) {
    const bool main_chain = !device_chain.unspecified() && chain == device_chain;
    if (main_chain || policy.chains.contains(chain)) {
        return {};
    }
    return fail(Errc::chain_refused,
                fmt::format("the message is for {}, the device is set up for {}",
                            chain.text(),
                            device_chain.unspecified() ? "any chain" : device_chain.text()));
}

}  // namespace ledger_bridge::daemon
