// The keys of one seed, derived when they are first asked for.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "tools/emulator/keys/key_pair.hpp"
#include "tools/emulator/keys/path.hpp"
#include "tools/emulator/keys/seed.hpp"

namespace ledger_bridge::emulator {

// One thread.
class KeyRing {
public:
    explicit KeyRing(const Seed& seed) : seed_(seed) {}

    // Null where the device answers 9001: an unusable path, or one that is not hardened throughout
    // on ed25519.
    std::shared_ptr<const KeyPair> find(Curve curve, const Path& path);

private:
    using Place = std::pair<Curve, std::vector<std::uint32_t>>;

    Seed seed_;
    std::map<Place, std::shared_ptr<const KeyPair>> known_;
};

}  // namespace ledger_bridge::emulator
