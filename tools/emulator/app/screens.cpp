#include "tools/emulator/app/screens.hpp"

#include <array>

#include <fmt/format.h>

#include "driver/base/bytes.hpp"
#include "tools/emulator/keys/base58.hpp"

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint32_t kMainnet = 0x7a06a770;
constexpr std::array<std::uint8_t, 3> kChainPrefix{87, 82, 0};  // "Net"
constexpr std::uint64_t kMillion = 1'000'000;
constexpr unsigned kLinePixels = 114;
constexpr char kFirstCharacter = ' ';

// Widths in pixels from space to tilde in the font of the values (Open Sans, 11 pixels). They
// reproduce every line break of the recordings.
constexpr std::array<std::uint8_t, 95> kPixels{
    3, 3, 4, 7, 6, 9,  9, 2,  3,  3, 6, 6, 3, 4, 3, 4, 6, 6, 6, 6, 8, 6,  6, 6,
    6, 6, 3, 3, 6, 6,  6, 5,  10, 7, 7, 7, 8, 6, 6, 8, 8, 3, 4, 7, 6, 10, 8, 9,
    7, 9, 7, 6, 7, 8,  7, 10, 7,  6, 6, 4, 4, 4, 6, 5, 6, 6, 7, 5, 7, 6,  5, 6,
    7, 3, 4, 6, 3, 10, 7, 7,  7,  7, 4, 5, 4, 7, 6, 9, 6, 6, 5, 4, 6, 4,  6};

unsigned pixels(char character) {
    const auto index = static_cast<std::size_t>(character - kFirstCharacter);
    return index < kPixels.size() ? kPixels.at(index) : 0U;
}

// How many characters of `text` the next line takes: as many as fit, but not past the last space
// when a word would be cut.
std::size_t line_length(std::string_view text) {
    std::size_t length = 0;
    for (unsigned width = 0; length < text.size(); ++length) {
        width += pixels(text[length]);
        if (width > kLinePixels) {
            break;
        }
    }
    const auto space = text.substr(0, length).rfind(' ');
    const auto cuts_word = length < text.size() && text[length] != ' ';
    return cuts_word && space != std::string_view::npos ? space : length;
}

}  // namespace

Screens review(const Screens& steps) {
    Screens screens{"Review | Request"};
    screens.insert(screens.end(), steps.begin(), steps.end());
    screens.insert(screens.end(), {"Reject", "Accept"});
    return screens;
}

std::string screen(std::string_view title, std::string_view value) {
    std::string text(title);
    while (!value.empty()) {
        const auto length = line_length(value);
        text += " | ";
        text += value.substr(0, length);
        value.remove_prefix(length);
        value.remove_prefix(!value.empty() && value.front() == ' ' ? 1 : 0);
    }
    return text;
}

std::string chain_text(std::uint32_t chain) {
    if (chain == 0) {
        return "any";
    }
    if (chain == kMainnet) {
        return "mainnet";
    }
    return base58check(ByteWriter().bytes(kChainPrefix).u32(chain).take());
}

std::string fee_text(std::uint64_t fee) {
    auto text = std::to_string(fee / kMillion);
    if (fee % kMillion != 0) {
        text += fmt::format(".{:06}", fee % kMillion);
        text.erase(text.find_last_not_of('0') + 1);
    }
    return text + " XTZ";
}

}  // namespace ledger_bridge::emulator
