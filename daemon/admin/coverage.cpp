#include "daemon/admin/coverage.hpp"

namespace ledger_bridge::admin {

namespace {

std::optional<SignedLevel> highest(std::span<const SignedLevel> levels,
                                   apdu::ChainId main_chain,
                                   bool under_main) {
    std::optional<SignedLevel> found;
    for (const auto& candidate : levels) {
        const bool counts = main_mark_covers(main_chain, candidate.chain) == under_main;
        if (counts && (!found || candidate.level > found->level)) {
            found = candidate;
        }
    }
    return found;
}

}  // namespace

bool main_mark_covers(apdu::ChainId main_chain, apdu::ChainId chain) {
    return main_chain.unspecified() || main_chain == chain;
}

std::optional<SignedLevel> highest_under_main(std::span<const SignedLevel> levels,
                                              apdu::ChainId main_chain) {
    return highest(levels, main_chain, true);
}

std::optional<SignedLevel> highest_under_test(std::span<const SignedLevel> levels,
                                              apdu::ChainId main_chain) {
    return highest(levels, main_chain, false);
}

}  // namespace ledger_bridge::admin
