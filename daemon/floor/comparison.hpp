// What we signed beside what a device says, chain by chain: for people and metrics. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/floor/adopted_level.hpp"
#include "daemon/floor/watermark_store.hpp"

namespace ledger_bridge::floor {

enum class Ahead { neither, host, device };

std::string_view ahead_name(Ahead ahead);  // "neither", "host", "device"

struct MarkComparison {
    apdu::ChainId chain;
    Position host;    // the highest of our kinds
    Position device;  // of the mark that stands for this chain
    bool under_main = false;
    std::optional<apdu::Level> adopted;
    Ahead ahead = Ahead::neither;
};

// One for each chain that the key has signed on.
std::vector<MarkComparison> compare_marks(const apdu::KeyHash& key,
                                          const apdu::DeviceMarks& device,
                                          std::span<const StoredMark> marks,
                                          std::span<const AdoptedLevel> adopted);

// "on mainnet the host is ahead: this host signed up to (5,0), the device's main mark is (4,0)".
std::string comparison_text(const MarkComparison& comparison);

}  // namespace ledger_bridge::floor
