// Short names for the facts and wishes that the tests of the plans are made of.
#pragma once

#include <optional>

#include "daemon/admin/errors.hpp"
#include "daemon/admin/setup_plan.hpp"
#include "tests/tools/fake_device.hpp"

namespace ledger_bridge::admin {

using apdu::ChainId;
using apdu::kGhostnet;
using apdu::kMainnet;
using apdu::Level;

inline constexpr ChainId kAny{};
inline constexpr ChainId kOther{{1, 2, 3, 4}};

inline apdu::AuthorizedKey key() {
    return {apdu::Curve::ed25519, apdu::DerivationPath::tezos_default()};
}

inline apdu::AuthorizedKey other_key() {
    return {apdu::Curve::secp256k1, apdu::DerivationPath::tezos_default()};
}

inline PlanFacts fresh_device() {
    return {.authorized = {},
            .marks = {},
            .public_key = fake_key(),
            .signed_levels = {},
            .adopted = {}};
}

inline PlanFacts device(ChainId chain, std::uint32_t main_level, std::uint32_t test_level) {
    auto facts = fresh_device();
    facts.authorized = key();
    facts.marks = {{Level{main_level}, {}}, {Level{test_level}, {}}, chain};
    return facts;
}

inline SetupWish wish(std::optional<ChainId> chain, std::optional<std::uint32_t> level = {}) {
    SetupWish wish{.key = key(), .chain = chain, .marks = {}};
    if (level) {
        wish.marks.level = Level{*level};
    }
    return wish;
}

inline MarkWish level_wish(std::uint32_t level) {
    MarkWish wish;
    wish.level = Level{level};
    return wish;
}

inline NodeHead head(std::uint32_t level, ChainId chain = kMainnet) {
    return {Level{level}, chain};
}

template <class Value>
error_code code_of(const Result<Value>& result) {
    return result ? error_code{} : result.error().code;
}

}  // namespace ledger_bridge::admin
