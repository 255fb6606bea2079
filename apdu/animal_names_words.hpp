// The word lists behind the animal names (MIT, Dynamic Ledger Solutions; notice in the source).
#pragma once

#include <string_view>
#include <vector>

namespace ledger_bridge::apdu {

// 1308 words, 1300 of them distinct; the index counts, so duplicates stay.
const std::vector<std::string_view>& adjectives();

// 283 words.
const std::vector<std::string_view>& animals();

}  // namespace ledger_bridge::apdu
