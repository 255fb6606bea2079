#include "tools/ledgerctl/phrases.hpp"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "tools/common/errors.hpp"
#include "tools/ledgerctl/octez_text.hpp"

namespace ledger_bridge::tools {
namespace {

using Words = std::vector<std::string>;

constexpr auto* kName = "masculine-pig-stupendous-dugong";
const std::string kDevice = std::string("ledger://") + kName;
const std::string kKey = kDevice + "/secp256k1/0h/0h";

Words split(const std::string& text) {
    std::istringstream stream(text);
    Words words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

// One key has a name.
Result<apdu::LedgerUri> alias(const std::string& name) {
    return name == "baker" ? apdu::parse_ledger_uri(kKey) : fail(Errc::unknown_alias, name);
}

Result<Phrase> parse_words(const Words& words) {
    return parse_phrase(words, alias);
}

Result<Phrase> parse(const std::string& text) {
    return parse_words(split(text));
}

std::string error_of(const std::string& text) {
    const auto phrase = parse(text);
    return phrase ? "understood" : phrase.error().text();
}

struct Case {
    std::string text;
    PhraseVerb verb;
    std::string level = {};
};

std::vector<Case> understood() {
    return {{"show ledger " + kKey, PhraseVerb::show},
            {"setup ledger to bake for " + kKey, PhraseVerb::setup},
            {"authorize ledger to bake for " + kKey, PhraseVerb::setup},
            {"deauthorize ledger baking for " + kKey, PhraseVerb::deauthorize},
            {"get ledger authorized path for " + kKey, PhraseVerb::authorized_path},
            {"get ledger high water mark for " + kKey, PhraseVerb::get_marks},
            {"get ledger high watermark for " + kKey, PhraseVerb::get_marks},
            {"set ledger high water mark for " + kKey + " to 42", PhraseVerb::set_marks, "42"},
            {"set ledger high watermark for " + kKey + " to 42", PhraseVerb::set_marks, "42"}};
}

TEST(Phrases, EveryOneIsUnderstood) {
    for (const auto& [text, verb, level] : understood()) {
        const auto phrase = parse(text);
        ASSERT_TRUE(phrase) << text;
        EXPECT_EQ(phrase->verb, verb) << text;
        EXPECT_EQ(phrase->uri->text(), kKey) << text;
        EXPECT_EQ(phrase->level.value_or(""), level) << text;
    }
    const auto list = parse("list connected ledgers");
    ASSERT_TRUE(list);
    EXPECT_EQ(list->verb, PhraseVerb::list);
    EXPECT_FALSE(list->uri);
}

TEST(Phrases, TheNameOfAKeyStandsForItsUri) {
    for (const auto& [text, verb, level] : understood()) {
        auto words = split(text);
        std::replace(words.begin(), words.end(), kKey, std::string("baker"));
        const auto phrase = parse_words(words);
        ASSERT_TRUE(phrase) << text;
        EXPECT_EQ(phrase->verb, verb) << text;
        EXPECT_EQ(phrase->uri->text(), kKey) << text;
        EXPECT_EQ(phrase->level.value_or(""), level) << text;
        std::replace(words.begin(), words.end(), std::string("baker"), std::string("nobody"));
        EXPECT_EQ(parse_words(words).error().id(), "unknown_alias") << text;
    }
}

TEST(Phrases, AUriIsNeverLookedForAmongTheNames) {
    const auto never = [](const std::string& name) -> Result<apdu::LedgerUri> {
        ADD_FAILURE() << name;
        return fail(Errc::unknown_alias);
    };
    EXPECT_TRUE(parse_phrase(split("show ledger " + kKey), never));
    EXPECT_FALSE(parse_phrase(split("show ledger http://x/y"), never));
    EXPECT_TRUE(parse_phrase(split("list connected ledgers"), never));
    EXPECT_FALSE(parse_phrase(split("show ledgers baker"), never)) << "only when all else is right";
}

// Each word of each phrase left out, said twice, and misspelt: nothing is guessed, and what is
// offered instead is the phrase it came from, or its other spelling.
TEST(Phrases, WhatIsNearlyRightIsRefusedWithTheRightSpelling) {
    for (const auto& [text, verb, level] : understood()) {
        const auto words = split(text);
        for (std::size_t i = 1; i < words.size(); ++i) {
            auto without = words;
            without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
            auto twice = words;
            twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), words[i]);
            auto misspelt = words;
            misspelt[i] = "x" + words[i];
            const bool is_uri = words[i] == kKey;
            for (const auto& wrong : {without, twice, is_uri ? twice : misspelt}) {
                const auto phrase = parse_words(wrong);
                ASSERT_FALSE(phrase) << text << " " << i;
                EXPECT_EQ(phrase.error().code, make_error_code(Errc::unknown_phrase)) << text;
                EXPECT_EQ(phrase.error().detail.find("it is '" + words[0] + " "), 0U)
                    << phrase.error().detail;
            }
        }
    }
}

TEST(Phrases, TheRightSpellingIsShownWhole) {
    EXPECT_EQ(error_of("setup ledger for " + kKey),
              "these words are no command (it is 'setup ledger to bake for <uri>'); write them as "
              "shown, or see --help");
    EXPECT_NE(
        error_of("get high watermark for " + kKey).find("'get ledger high watermark for <uri>'"),
        std::string::npos);
    EXPECT_NE(error_of("set ledger high watermark for " + kKey + " to high").find("to <level>'"),
              std::string::npos);
}

TEST(Phrases, ADeviceAloneIsEnoughButForASetup) {
    EXPECT_TRUE(parse("show ledger " + kDevice));
    EXPECT_TRUE(parse("get ledger high watermark for " + kDevice));
    EXPECT_NE(error_of("setup ledger to bake for " + kDevice)
                  .find("names no key; write " + kDevice + "/secp256k1/0h/0h"),
              std::string::npos);
    EXPECT_NE(error_of("show ledger ledger://nobody/0h").find("names no device"),
              std::string::npos);
    EXPECT_NE(error_of("show ledger http://x/y").find("ledger://"), std::string::npos);
}

// Source of the pair: Octez, a test of its animal names.
TEST(Phrases, TheAddressOfTheRootKeyNamesTheSameDeviceAsItsWords) {
    const auto phrase =
        parse("show ledger ledger://tz1daTbhMHpmMXQYaVYmzZTM3S11oshHPrMm/ed25519/0h");
    ASSERT_TRUE(phrase);
    EXPECT_EQ(phrase->uri->text(), "ledger://zesty-koala-usable-kiwi/ed25519/0h");
}

TEST(Phrases, ChainsAsOctezWritesThem) {
    const auto text = [](const std::string& chain) {
        const auto parsed = parse_octez_chain(chain);
        return parsed ? parsed->text() : parsed.error().id();
    };
    EXPECT_EQ(text("NetXdQprcVkpaWU"), "NetXdQprcVkpaWU");
    EXPECT_EQ(text("2047256432"), "NetXdQprcVkpaWU");   // 0x7a06a770
    EXPECT_EQ(text("-1357355815"), "NetXnHfVqm9iesp");  // 0xaf1864d9 as a 32-bit number
    EXPECT_TRUE(parse_octez_chain("0")->unspecified());
    EXPECT_EQ(text("4294967296"), "bad_chain_id");
    EXPECT_EQ(text("12x"), "bad_chain_id");
}

const nlohmann::json kStick{
    {"device", "usb:@1-1.2"},
    {"model", "Nano S Plus"},
    {"path", "1-1.2"},
    {"name", kName},
    {"app", {{"name", "Tezos Baking"}, {"version", "2.5.0"}, {"git", "v2.5.0-0-g48bbc81a"}}}};

// Source: Octez, ledger.ml of its signer backends.
TEST(OctezText, AConnectedDeviceWordForWord) {
    EXPECT_EQ(octez::connected_lines(kStick, "alice"),
              (Words{"## Ledger `masculine-pig-stupendous-dugong`",
                     "Found a Tezos Baking 2.5.0 (git-description: \"v2.5.0-0-g48bbc81a\") "
                     "application running on Ledger Nano S Plus at [1-1.2].",
                     "",
                     "To use keys at BIP32 path m/44'/1729'/0'/0' (default Tezos key path), use "
                     "one of:",
                     "  octez-client import secret key ledger_alice "
                     "\"ledger://masculine-pig-stupendous-dugong/ed25519/0h/0h\"",
                     "  octez-client import secret key ledger_alice "
                     "\"ledger://masculine-pig-stupendous-dugong/secp256k1/0h/0h\"",
                     "  octez-client import secret key ledger_alice "
                     "\"ledger://masculine-pig-stupendous-dugong/P-256/0h/0h\"",
                     "  octez-client import secret key ledger_alice "
                     "\"ledger://masculine-pig-stupendous-dugong/bip25519/0h/0h\""}));
}

TEST(OctezText, TheBuildIsQuotedOrLeftOut) {
    auto device = kStick;
    device["app"]["git"] = "a\"b\\c";
    EXPECT_EQ(octez::connected_lines(device, "alice")[1],
              "Found a Tezos Baking 2.5.0 (git-description: \"a\\\"b\\\\c\") application running "
              "on Ledger Nano S Plus at [1-1.2].");
    device["app"].erase("git");
    EXPECT_EQ(octez::connected_lines(device, "alice")[1],
              "Found a Tezos Baking 2.5.0 application running on Ledger Nano S Plus at [1-1.2].");
}

TEST(OctezText, AnyChainIsUnspecified) {
    const auto uri = *apdu::parse_ledger_uri(kKey);
    const nlohmann::json device{
        {"chain", "any"},
        {"device_marks",
         {{"main", {{"level", 5}, {"round", 1}}}, {"test", {{"level", 7}, {"round", 0}}}}}};
    EXPECT_EQ(octez::marks_lines(uri, device),
              (Words{"The high water mark values for " + kKey +
                     " are 5 (round: 1) for the main-chain ('Unspecified') and 7 (round: 0) for "
                     "the test-chain."}));
}

}  // namespace
}  // namespace ledger_bridge::tools
