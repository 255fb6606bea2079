#include "daemon/admin/screens.hpp"

#include <array>

#include <fmt/format.h>

namespace ledger_bridge::admin {

namespace {

constexpr unsigned kLineWidth = 114;
constexpr unsigned kOtherWidth = 6;

struct GlyphWidth {
    unsigned pixels;
    std::string_view characters;
};

// Widths of the screen's font, for the letters and digits that addresses, chain ids and levels
// are made of; found to reproduce every line break of the recorded screens.
constexpr std::array kGlyphWidths{
    GlyphWidth{3, "Iil. "},
    GlyphWidth{4, "Jjrt"},
    GlyphWidth{5, "cfsz"},
    GlyphWidth{7, "ABCKPRTVXbdhnopqu"},
    GlyphWidth{8, "4DGHNU"},
    GlyphWidth{9, "OQw"},
    GlyphWidth{10, "MWm"},
};

unsigned glyph_width(char character) {
    for (const auto& group : kGlyphWidths) {
        if (group.characters.find(character) != std::string_view::npos) {
            return group.pixels;
        }
    }
    return kOtherWidth;
}

constexpr std::uint64_t kTez = 1'000'000;

// Millionths of a tez: "0.001 XTZ", "12 XTZ".
std::string fee_text(std::uint64_t fee) {
    auto text = fmt::format("{}.{:06}", fee / kTez, fee % kTez);
    text.erase(text.find_last_not_of('0') + 1);
    return (text.back() == '.' ? text.substr(0, text.size() - 1) : text) + " XTZ";
}

// The app has no name for any other network.
std::string screen_chain(apdu::ChainId chain) {
    return chain.unspecified() || chain == apdu::kMainnet ? apdu::chain_display_name(chain)
                                                          : chain.text();
}

Screens prompt(Screens middle) {
    Screens screens{"Review | Request"};
    screens.insert(screens.end(), middle.begin(), middle.end());
    screens.insert(screens.end(), {"Reject", "Accept"});
    return screens;
}

}  // namespace

std::string screen_text(std::string_view title, std::string_view value) {
    std::string text = std::string(title) + " | ";
    unsigned used = 0;
    for (const auto character : value) {
        const auto width = glyph_width(character);
        if (used + width > kLineWidth) {
            text += " | ";
            used = 0;
        }
        text += character;
        used += width;
    }
    return text;
}

Screens setup_screens(const apdu::KeyHash& address,
                      apdu::ChainId chain,
                      apdu::Level main_level,
                      apdu::Level test_level) {
    return prompt({"Setup | Baking?",
                   screen_text("Address", address.text()),
                   screen_text("Chain", screen_chain(chain)),
                   screen_text("Main Chain HWM", std::to_string(main_level.value)),
                   screen_text("Test Chain HWM", std::to_string(test_level.value))});
}

Screens reset_screens(apdu::Level level) {
    return prompt({screen_text("Reset HWM", std::to_string(level.value))});
}

Screens delegation_screens(const apdu::KeyHash& address, std::uint64_t fee) {
    return prompt({"Register | as delegate?",
                   screen_text("Address", address.text()),
                   screen_text("Fee", fee_text(fee))});
}

}  // namespace ledger_bridge::admin
