#include "tools/ledgerctl/explain.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "tools/common/errors.hpp"

namespace ledger_bridge::tools {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

std::string text_of(const fs::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// Enumerator to value, as the source has them. Neither comments nor attributes hold a brace.
std::map<std::string, int> enumerators(const std::string& header) {
    static const std::regex kEnum(R"(enum class (?:Errc|StatusWord)[^{]*\{([^}]*)\})");
    static const std::regex kComment("//[^\n]*");
    static const std::regex kOne(R"((\w+)\s*(?:=\s*(\w+))?\s*(?:,|$))");
    std::smatch found;
    if (!std::regex_search(header, found, kEnum)) {
        return {};
    }
    const auto body = std::regex_replace(found[1].str(), kComment, "");
    std::map<std::string, int> values;
    int value = 0;
    for (std::sregex_iterator one(body.begin(), body.end(), kOne), end; one != end; ++one) {
        value = (*one)[2].matched ? std::stoi((*one)[2], nullptr, 0) : value + 1;
        values[(*one)[1]] = value;
    }
    return values;
}

// The headers that have an enumeration of errors, but for the emulator, which is another program.
std::map<std::string, std::map<std::string, int>> all_enumerators() {
    std::map<std::string, std::map<std::string, int>> all;
    for (const auto* folder : {"driver", "apdu", "daemon", "tools"}) {
        for (const auto& entry : fs::recursive_directory_iterator(fs::path(PROJECT_DIR) / folder)) {
            const auto path = entry.path().string();
            if (path.ends_with(".hpp") && path.find("/emulator/") == std::string::npos) {
                if (auto found = enumerators(text_of(entry.path())); !found.empty()) {
                    all[path] = std::move(found);
                }
            }
        }
    }
    return all;
}

std::set<std::string> ids_named(const Words& words) {
    std::set<std::string> ids;
    const auto found = errors_named(words);
    if (found) {
        for (const auto& error : *found) {
            ids.emplace(error.row->id);
        }
    }
    return ids;
}

std::string error_for(const Words& words) {
    const auto found = errors_named(words);
    return found ? "found" : found.error().text();
}

TEST(ErrorTables, HaveEveryEnumeratorOfTheSourceAndNothingElse) {
    std::multiset<int> in_source;
    for (const auto& [path, found] : all_enumerators()) {
        for (const auto& [name, value] : found) {
            if (name != "ok") {
                in_source.insert(value);
            }
        }
    }
    std::multiset<int> in_tables;
    for (const auto& error : known_errors()) {
        in_tables.insert(error.code.value());
    }
    ASSERT_GT(in_source.size(), 100U) << "the source is not where it was";
    EXPECT_EQ(in_source, in_tables);
}

TEST(ErrorTables, AnEnumeratorsNameIsInItsId) {
    std::set<std::string> ids;
    for (const auto& error : known_errors()) {
        ids.emplace(error.row->id);
    }
    // The device's words that have a name more telling than their number's.
    const std::set<std::string> renamed{"ok", "watermark_or_bad_data"};
    for (const auto& [path, found] : all_enumerators()) {
        for (const auto& [name, value] : found) {
            EXPECT_TRUE(ids.contains(name) || renamed.contains(name)) << path << " " << name;
        }
    }
}

TEST(Explain, FindsAnErrorByEachOfItsNames) {
    EXPECT_EQ(ids_named({"store_damaged"}), std::set<std::string>{"store_damaged"});
    EXPECT_EQ(ids_named({"Store-Damaged"}), std::set<std::string>{"store_damaged"});
    EXPECT_EQ(ids_named({"6985"}), std::set<std::string>{"refused_by_user"});
    EXPECT_EQ(ids_named({"0x6985"}), std::set<std::string>{"refused_by_user"});
    EXPECT_EQ(ids_named({"0X6A80"}), std::set<std::string>{"device_watermark"});
    EXPECT_EQ(ids_named({"5515"}), std::set<std::string>{"device_locked"});
    EXPECT_EQ(ids_named({"917e"}), std::set<std::string>{"no_path_or_too_long"});
    EXPECT_EQ(ids_named({"404"}), (std::set<std::string>{"no_such_path", "unknown_key"}));
    EXPECT_EQ(ids_named({"500"}), std::set<std::string>{"internal"});
    EXPECT_EQ(ids_named({"exit", "4"}),
              (std::set<std::string>{"prompt_without_effect", "refused_by_user"}));
    EXPECT_EQ(ids_named({"exit", "code", "4"}), ids_named({"exit 4"}));
}

TEST(Explain, TellsOneIdFromEveryTableThatHasIt) {
    const auto found = errors_named({"wrong_app"});
    ASSERT_TRUE(found);
    std::set<std::string_view> from;
    for (const auto& error : *found) {
        from.insert(error.from);
    }
    EXPECT_EQ(from, (std::set<std::string_view>{"command", "daemon", "device"}));
}

TEST(Explain, TheIdOfAnHttpAnswerIsAllThatHttpClientsCanSee) {
    const auto ids = ids_named({"failure"});
    EXPECT_TRUE(ids.contains("below_watermark"));
    EXPECT_TRUE(ids.contains("internal"));
    EXPECT_FALSE(ids.contains("daemon_absent"));
    EXPECT_FALSE(ids.contains("bad_option"));
}

TEST(Explain, EveryErrorIsFoundByItsIdAndItsExitCode) {
    for (const auto& error : known_errors()) {
        const std::string id(error.row->id);
        EXPECT_TRUE(ids_named({id}).contains(id));
        const auto one = explain_json({error})["errors"][0];
        EXPECT_TRUE(ids_named({"exit", one["exit_code"].dump()}).contains(id)) << id;
    }
    EXPECT_EQ(ids_named({}).size(), ids_named({""}).size());
    EXPECT_EQ(errors_named({})->size(), known_errors().size());
}

TEST(Explain, UnknownNamesHaveWhatIsNear) {
    EXPECT_EQ(error_for({"store_damgaed"}),
              "no error has this name ('store_damgaed'; near it: store_damaged); 'ledgerctl "
              "explain' lists them all");
    EXPECT_NE(error_for({"queue"}).find("near it: client_queue_full, queue_full"),
              std::string::npos);
    EXPECT_NE(error_for({"screen"}).find("prompting"), std::string::npos);
    for (const auto* words :
         {"9000", "1234", "dead", "ffff", "200", "exit 0", "exit 9", "exit x", "exit ", "zzz"}) {
        const auto found = errors_named({words});
        ASSERT_FALSE(found) << words;
        EXPECT_EQ(found.error().code, make_error_code(Errc::unknown_error)) << words;
    }
}

TEST(Explain, AWordWithoutANameHasWhatIsKnownOfItAndACure) {
    const auto full = explain_lines(*errors_named({"0x6F00"}));
    EXPECT_EQ(
        full,
        (Words{"other_status_word (device)",
               "  what happened the device answered with a status word that the Baking app is "
               "not known to give",
               "  what to do    ask again; if it comes again, unplug the device, plug it in "
               "and open the Tezos Baking app, 2.5.0 or later; 'ledgerctl explain' and the "
               "word tell what is known of it",
               "  status word   6f00",
               "  known as      a technical problem in the app or the device",
               "  HTTP status   503",
               "  exit code     1"}));
    for (const auto* word : {"6700", "6981", "6983", "9200", "9404", "63c2", "6fff"}) {
        const auto found = errors_named({word});
        ASSERT_TRUE(found && found->size() == 1) << word;
        EXPECT_FALSE(meaning(found->front()).empty()) << word;
    }
    const auto unheard = explain_json(*errors_named({"6abc"}))["errors"][0];
    EXPECT_EQ(unheard["id"], "other_status_word");
    EXPECT_EQ(unheard["status_word"], "6abc");
    EXPECT_TRUE(unheard["known_as"].is_null());
}

TEST(Explain, FewErrorsAreToldInFullAndManyInALineEach) {
    const auto full = explain_lines(*errors_named({"6985"}));
    EXPECT_EQ(full,
              (Words{"refused_by_user (device)",
                     "  what happened the request was rejected on the device",
                     "  what to do    run the command again and press Accept if that was a "
                     "mistake; nothing was changed",
                     "  status word   6985",
                     "  HTTP status   403",
                     "  exit code     4"}));
    EXPECT_EQ(explain_lines(known_errors()).size(), known_errors().size());
}

}  // namespace
}  // namespace ledger_bridge::tools
