#include "daemon/admin/screens.hpp"

#include <filesystem>
#include <fstream>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "driver/base/bytes.hpp"

namespace ledger_bridge::admin {
namespace {

using nlohmann::json;

// Screens of the recorded prompts, with what was asked for.
struct Recorded {
    std::string title;  // file and exchange
    Bytes apdu;
    Screens screens;  // without the two answers: a rejection never reached the second
};

void add_prompts(const std::filesystem::path& file, std::vector<Recorded>& out) {
    std::ifstream in(file);
    for (const auto& entry : json::parse(in)) {
        const auto apdu = entry.value("apdu", "");
        if (!entry.contains("screens") ||
            (apdu.substr(0, 4) != "800a" && apdu.substr(0, 4) != "8006")) {
            continue;
        }
        auto screens = entry["screens"].get<Screens>();
        std::erase(screens, "Reject");
        std::erase(screens, "Accept");
        out.push_back(
            {file.filename().string() + ": " + entry.value("name", ""), *from_hex(apdu), screens});
    }
}

std::vector<Recorded> recorded_prompts() {
    std::vector<Recorded> prompts;
    for (const auto& file : std::filesystem::directory_iterator(TEST_DATA "/transcripts")) {
        add_prompts(file.path(), prompts);
    }
    return prompts;
}

// The address as the recorded screen has it; the rest is read from the APDU.
apdu::KeyHash address_on(const Recorded& prompt) {
    auto text = prompt.screens.at(2).substr(std::string_view("Address | ").size());
    for (auto at = text.find(" | "); at != std::string::npos; at = text.find(" | ")) {
        text.erase(at, 3);
    }
    return apdu::parse_key_hash(text).value();
}

Screens our_screens(const Recorded& prompt) {
    ByteReader reader(prompt.apdu);
    reader.bytes(1);
    const bool reset = reader.u8() == 0x06;
    reader.bytes(3);
    if (reset) {
        return reset_screens(apdu::Level{reader.u32()});
    }
    apdu::ChainId chain;
    const auto bytes = reader.bytes(4);
    std::copy(bytes.begin(), bytes.end(), chain.bytes.begin());
    const apdu::Level main_level{reader.u32()};
    return setup_screens(address_on(prompt), chain, main_level, apdu::Level{reader.u32()});
}

TEST(Screens, EqualEveryRecordedPrompt) {
    const auto prompts = recorded_prompts();
    ASSERT_GT(prompts.size(), 50U);
    for (const auto& prompt : prompts) {
        auto screens = our_screens(prompt);
        ASSERT_GE(screens.size(), 2U);
        EXPECT_EQ(screens.back(), "Accept");
        screens.pop_back();
        EXPECT_EQ(screens.back(), "Reject");
        screens.pop_back();
        EXPECT_EQ(screens, prompt.screens) << prompt.title;
    }
}

// The recordings of delegations have fees of 0.001 and 0.002 tez.
TEST(Screens, OfADelegationAreThoseThatWereRecorded) {
    const auto key = apdu::parse_key_hash("tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA").value();
    std::set<Screens> recorded;
    for (const auto& file : std::filesystem::directory_iterator(TEST_DATA "/transcripts")) {
        std::ifstream in(file.path());
        for (const auto& entry : json::parse(in)) {
            const auto screens = entry.value("screens", Screens{});
            if (entry.value("user", "") == "accept" && screens.at(1) == "Register | as delegate?") {
                recorded.insert(screens);
            }
        }
    }
    EXPECT_EQ(recorded, (std::set{delegation_screens(key, 1000), delegation_screens(key, 2000)}));
}

TEST(Screens, FeesAreInTez) {
    for (const auto& [fee, text] : {std::pair{std::uint64_t{0}, "Fee | 0 XTZ"},
                                    {1, "Fee | 0.000001 XTZ"},
                                    {12'000'000, "Fee | 12 XTZ"},
                                    {10'500'000, "Fee | 10.5 XTZ"},
                                    {1'234'567'890'123, "Fee | 1234567.890123 XTZ"}}) {
        EXPECT_EQ(delegation_screens(apdu::KeyHash{}, fee).at(3), text);
    }
}

TEST(Screens, ShortValueStaysOnOneLine) {
    EXPECT_EQ(screen_text("Chain", "NetXnHfVqm9iesp"), "Chain | NetXnHfVqm9iesp");
}

TEST(Screens, TheAppHasNoNameForATestNetwork) {
    const auto screens =
        setup_screens(apdu::KeyHash{}, apdu::kGhostnet, apdu::Level{1}, apdu::Level{2});
    EXPECT_EQ(screens.at(3), "Chain | NetXnHfVqm9iesp");
}

}  // namespace
}  // namespace ledger_bridge::admin
