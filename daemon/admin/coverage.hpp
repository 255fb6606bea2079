// Which chains each of a device's two marks stands for, and what was signed on them.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "apdu/types.hpp"

namespace ledger_bridge::admin {

// One level that the key in question has signed, of any kind.
struct SignedLevel {
    apdu::ChainId chain;
    apdu::Level level;
};

// The main mark stands for the chain that the device was set up for, or for every chain when that
// is unspecified; the test mark stands for all the others together.
bool main_mark_covers(apdu::ChainId main_chain, apdu::ChainId chain);

// The highest level signed under the main (test) mark of a device set up for `main_chain`.
std::optional<SignedLevel> highest_under_main(std::span<const SignedLevel> levels,
                                              apdu::ChainId main_chain);
std::optional<SignedLevel> highest_under_test(std::span<const SignedLevel> levels,
                                              apdu::ChainId main_chain);

}  // namespace ledger_bridge::admin
