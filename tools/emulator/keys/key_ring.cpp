#include "tools/emulator/keys/key_ring.hpp"

namespace ledger_bridge::emulator {

namespace {

// A host that walks through paths must not grow the process without bound.
constexpr std::size_t kMostKeys = 4096;

std::shared_ptr<const KeyPair> derive_pair(Curve curve, const Seed& seed, const Path& path) {
    const auto secret = derive(curve, seed, path.used());
    return secret ? std::make_shared<const KeyPair>(curve, *secret) : nullptr;
}

}  // namespace

std::shared_ptr<const KeyPair> KeyRing::find(Curve curve, const Path& path) {
    if (!path.usable()) {
        return nullptr;
    }
    const auto used = path.used();
    Place place{curve, {used.begin(), used.end()}};
    const auto found = known_.find(place);
    if (found != known_.end()) {
        return found->second;
    }
    if (known_.size() >= kMostKeys) {
        known_.clear();
    }
    auto pair = derive_pair(curve, seed_, path);
    known_.emplace(std::move(place), pair);
    return pair;
}

}  // namespace ledger_bridge::emulator
