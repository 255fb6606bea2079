// Levels that count as used because a device said so, and the chains that its word is about.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "apdu/instructions.hpp"
#include "apdu/keys.hpp"
#include "apdu/types.hpp"
#include "driver/base/clock.hpp"

namespace ledger_bridge::floor {

// The chains that one mark of a device stands for. It names chains and not "main" or "test", since
// SETUP can change what a device means by those.
struct ChainScope {
    enum class Kind { only, all_but, all };

    Kind kind = Kind::all;
    apdu::ChainId chain;  // unspecified for `all`

    auto operator<=>(const ChainScope&) const = default;  // NOLINT(modernize-use-nullptr): its bug

    [[nodiscard]] bool covers(const apdu::ChainId& one) const;
    // Every chain of `other` is one of these.
    [[nodiscard]] bool includes(const ChainScope& other) const;
    // Some chain is one of both.
    [[nodiscard]] bool meets(const ChainScope& other) const;
    // "mainnet alone", "every chain but mainnet", "every chain".
    [[nodiscard]] std::string text() const;
};

// What the marks of a device that was set up for `chain` stand for. Source: the Baking app's
// watermark rule, measured; an unspecified chain puts every chain under the main mark.
ChainScope main_scope(const apdu::ChainId& chain);
std::optional<ChainScope> test_scope(const apdu::ChainId& chain);

// The one of the two marks that stands for `chain`.
const apdu::Mark& covering_mark(const apdu::DeviceMarks& marks, const apdu::ChainId& chain);

// Every kind and round of every level up to `level` counts as used on these chains.
struct AdoptedLevel {
    std::string device;  // the four words of its seed
    apdu::KeyHash key;
    ChainScope scope;
    apdu::Level level;   // also beyond Level::kEnd: SETUP does not check what it is given
    std::string origin;  // who said so, for people: "the main mark (5,0) of some-device"
    WallTime time;
    // The same where this process took it over, which no setting of the clock changes; never
    // stored, so it is no part of what is compared.
    std::optional<BootTime> noticed = std::nullopt;

    bool operator==(const AdoptedLevel& other) const;
};

// There is one adopted level of each.
using AdoptedKey = std::tuple<std::string, apdu::KeyHash, ChainScope>;
AdoptedKey key_of(const AdoptedLevel& level);

// What a device said of its marks, for the key that it is authorised for.
struct DeviceReading {
    std::string device;
    apdu::KeyHash key;
    apdu::DeviceMarks marks;
    WallTime time;
    std::vector<apdu::DeviceMarks> earlier = {};  // what it said before, as far as that is known
};

}  // namespace ledger_bridge::floor
