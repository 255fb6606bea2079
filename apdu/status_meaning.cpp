#include "apdu/status_meaning.hpp"

#include <algorithm>
#include <array>

namespace ledger_bridge::apdu {

namespace {

// The words from `first` to `last`.
struct Meaning {
    std::uint16_t first;
    std::uint16_t last;
    std::string_view text;
};

// Source: the texts that octez-client has for them.
constexpr std::array<Meaning, 7> kMeanings{{
    {0x63c0, 0x63cf, "a wrong PIN"},
    {0x6700, 0x6700, "a wrong length of the request"},
    {0x6981, 0x6981, "an incompatible file structure"},
    {0x6983, 0x6983, "a connection of another kind than HID"},
    {0x6f00, 0x6fff, "a technical problem in the app or the device"},
    {0x9200, 0x9200, "a memory error"},
    {0x9404, 0x9404, "a file that was not found"},
}};

}  // namespace

std::string_view status_meaning(StatusWord status) {
    const auto word = static_cast<std::uint16_t>(status);
    const auto* const found =
        std::find_if(kMeanings.begin(), kMeanings.end(), [word](const Meaning& meaning) {
            return meaning.first <= word && word <= meaning.last;
        });
    return found == kMeanings.end() ? std::string_view() : found->text;
}

}  // namespace ledger_bridge::apdu
