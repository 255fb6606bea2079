#include "apdu/types.hpp"

#include <algorithm>
#include <charconv>

#include "apdu/base58.hpp"

namespace ledger_bridge::apdu {

namespace {

// "Net"; source: Octez, lib_base58 prefixes.
constexpr std::array<std::uint8_t, 3> kChainPrefix{0x57, 0x52, 0x00};

struct NamedChain {
    std::string_view name;
    ChainId chain;
};

constexpr std::array<NamedChain, 3> kNamedChains{{
    {"mainnet", kMainnet},
    {"ghostnet", kGhostnet},
    {"any", ChainId{}},
}};

}  // namespace

std::string ChainId::text() const {
    return base58check_encode(kChainPrefix, bytes);
}

Result<ChainId> parse_chain_id(std::string_view text) {
    for (const auto& named : kNamedChains) {
        if (text == named.name) {
            return named.chain;
        }
    }
    ChainId chain;
    const auto payload = base58check_decode(text, kChainPrefix, chain.bytes.size());
    if (!payload) {
        return fail(Errc::bad_chain_id, "'" + std::string(text) + "': " + payload.error().detail);
    }
    std::copy(payload->begin(), payload->end(), chain.bytes.begin());
    return chain;
}

std::string chain_display_name(const ChainId& chain) {
    for (const auto& named : kNamedChains) {
        if (chain == named.chain) {
            return std::string(named.name);
        }
    }
    return chain.text();
}

bool is_test_network(const ChainId& chain) {
    return chain != kMainnet && !chain.unspecified();
}

Result<Level> parse_level(std::string_view text) {
    Level level;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, level.value);
    if (error != std::errc{} || stop != end || level >= Level::kEnd) {
        return fail(Errc::bad_level, "'" + std::string(text) + "'");
    }
    return level;
}

}  // namespace ledger_bridge::apdu
