#include "daemon/floor/comparison.hpp"

#include <set>

#include <fmt/format.h>

#include "daemon/floor/adoption.hpp"

namespace ledger_bridge::floor {

namespace {

Ahead ahead_of(const Position& host, const Position& device) {
    if (host == device) {
        return Ahead::neither;
    }
    return host > device ? Ahead::host : Ahead::device;
}

std::string who_text(Ahead ahead) {
    return ahead == Ahead::neither ? "host and device are level"
                                   : fmt::format("the {} is ahead", ahead_name(ahead));
}

}  // namespace

std::string_view ahead_name(Ahead ahead) {
    switch (ahead) {
        case Ahead::host:
            return "host";
        case Ahead::device:
            return "device";
        case Ahead::neither:
            break;
    }
    return "neither";
}

std::vector<MarkComparison> compare_marks(const apdu::KeyHash& key,
                                          const apdu::DeviceMarks& device,
                                          std::span<const StoredMark> marks,
                                          std::span<const AdoptedLevel> adopted) {
    std::set<apdu::ChainId> chains;
    for (const auto& stored : marks) {
        if (stored.key.key == key) {
            chains.insert(stored.key.chain);
        }
    }
    std::vector<MarkComparison> all;
    for (const auto& chain : chains) {
        const auto host = *highest_signed(marks, key, {ChainScope::Kind::only, chain});
        const auto& mark = covering_mark(device, chain);
        const auto level = highest_adopted(adopted, key, chain);
        all.push_back({.chain = chain,
                       .host = host,
                       .device = {mark.level, mark.round},
                       .under_main = main_scope(device.chain).covers(chain),
                       .adopted = level ? std::optional(level->level) : std::nullopt,
                       .ahead = ahead_of(host, {mark.level, mark.round})});
    }
    return all;
}

std::string comparison_text(const MarkComparison& comparison) {
    return fmt::format("on {} {}: this host signed up to {}, the device's {} mark is {}",
                       apdu::chain_display_name(comparison.chain),
                       who_text(comparison.ahead),
                       position_text(comparison.host),
                       comparison.under_main ? "main" : "test",
                       position_text(comparison.device));
}

}  // namespace ledger_bridge::floor
