// Any bytes as a reveal and as a delegation: what is taken for one has a key as its source that is
// revealed, or delegates to itself, and nothing else in it.

#include <algorithm>

#include "daemon/floor/delegation.hpp"
#include "daemon/floor/reveal.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace ledger_bridge::floor {
namespace {

constexpr std::size_t kTag = 33;
constexpr std::size_t kSource = 34;
constexpr std::size_t kHash = 20;
constexpr std::size_t kShortest = kSource + 1 + kHash;

// The key that the message names as its source, so that what follows is read at all.
apdu::KeyHash source_of(ByteView message) {
    apdu::KeyHash key;
    if (message.size() >= kShortest && message[kSource] < 3) {
        key.kind = static_cast<apdu::KeyKind>(message[kSource]);
        std::ranges::copy(message.subspan(kSource + 1, kHash), key.hash.begin());
    }
    return key;
}

bool ends_with_source(ByteView message) {
    const auto source = message.subspan(kSource, 1 + kHash);
    const auto end = message.last(2 + kHash);
    return end.front() == 0xff && std::ranges::equal(end.subspan(1), source);
}

void check_delegation(ByteView message, const Delegation& delegation) {
    require(message[0] == 0x03, "an operation's magic byte");
    require(message[kTag] == (delegation.reveals ? 0x6b : 0x6e), "it begins with what it says");
    require(ends_with_source(message), "the delegate is the source");
    require(delegation.digest == apdu::blake2b_256(message), "the digest is of everything");
}

void check_reveal(ByteView message, const apdu::Digest& digest) {
    require(message[0] == 0x03 && message[kTag] == 0x6b, "a reveal's magic byte and tag");
    require(digest == apdu::blake2b_256(message), "the digest is of everything");
}

void check(ByteView message) {
    const auto key = source_of(message);
    const auto reveal = parse_reveal(message, key);
    const auto delegation = parse_delegation(message, key);
    require(!reveal || !delegation, "one thing or the other");
    if (reveal) {
        check_reveal(message, *reveal);
    }
    if (delegation) {
        check_delegation(message, *delegation);
    }
    require(reveal || !reveal.error().text().empty(), "a refusal says why");
    require(delegation || !delegation.error().text().empty(), "a refusal says why");
}

}  // namespace
}  // namespace ledger_bridge::floor

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ledger_bridge::floor::check({data, size});
    return 0;
}
