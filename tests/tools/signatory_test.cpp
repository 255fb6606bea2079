// Signatory's configuration: files of tests/data/signatory, each with what must come of it in its
// first lines, and the rule that nothing more is allowed than it allows, over a grid.
//
//   #+ TEXT   stands in the written configuration or in what is told (\n: a new line)
//   #- TEXT   stands in neither
//   #! TEXT   it is refused, and the sentence has this
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "daemon/config/config.hpp"
#include "tests/floor/messages.hpp"
#include "tools/common/errors.hpp"
#include "tools/ledgerctl/foreign_signer.hpp"

namespace ledger_bridge::tools {
namespace {

namespace fs = std::filesystem;
using daemon::Client;

constexpr auto* kKey = "tz1gjaF81ZRRvdzjobyfVNsAeSC6PScjfQwN";
constexpr auto* kFriend = "edpkuBknW28nW72KG6RoHtYW7p12T6GKc7nAbwYX5m8Wd9sDVC9yav";
constexpr auto* kVault =
    "vaults: {v: {driver: ledger, config: {id: zesty-koala-usable-kiwi, keys: [ed25519/0h/0h]}}}\n";

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
        text.replace(at, what.size(), with);
        at += with.size();
    }
    return text;
}

std::string read(const fs::path& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

std::vector<std::string> marks_of(const std::string& text, const std::string& begin) {
    std::vector<std::string> marks;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(begin)) {
            marks.push_back(replaced(line.substr(begin.size()), "\\n", "\n"));
        }
    }
    return marks;
}

// What the daemon gets, and what the person is told.
std::string everything(const ForeignSigner& signer) {
    auto text = configuration_text(signer, {});
    for (const auto& key : signer.clients) {
        text += "CLIENT " + key.text() + "\n";
    }
    return fmt::format("{}{}\n", text, fmt::join(foreign_lines(signer), "\n"));
}

class SignatoryTest : public testing::Test {
public:
    SignatoryTest(const SignatoryTest&) = delete;
    SignatoryTest& operator=(const SignatoryTest&) = delete;
    SignatoryTest(SignatoryTest&&) = delete;
    SignatoryTest& operator=(SignatoryTest&&) = delete;

protected:
    SignatoryTest() {
        static int number = 0;
        folder_ = fs::temp_directory_path() /
                  fmt::format("ledger-bridge-signatory-{}-{}", getpid(), ++number);
        fs::create_directories(folder_ / "base");
    }
    ~SignatoryTest() override { fs::remove_all(folder_); }

    [[nodiscard]] fs::path base() const { return folder_ / "base"; }

    [[nodiscard]] fs::path write(const std::string& name, const std::string& text) const {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name) << text;
        return folder_ / name;
    }

    [[nodiscard]] Result<ForeignSigner> taken(const std::string& text,
                                              const std::optional<fs::path>& marks = {}) const {
        return read_signatory(write("signatory.yaml", replaced(text, "BASE", base())), marks);
    }

    [[nodiscard]] std::vector<std::string> marks(const std::string& text,
                                                 const std::optional<fs::path>& given = {}) const {
        const auto signer = taken(text, given);
        EXPECT_TRUE(signer) << signer.error().text();
        std::vector<std::string> names;
        for (const auto& file : signer ? signer->marks : std::vector<admin::MarksFile>()) {
            names.push_back(fs::relative(file.name, folder_).string() + " " + file.text);
        }
        return names;
    }

private:
    fs::path folder_;
};

class Signatory : public SignatoryTest, public testing::WithParamInterface<std::string> {};

TEST_P(Signatory, BecomesWhatItsFileSays) {
    const auto text = read(fs::path(PROJECT_DIR) / "tests/data/signatory" / GetParam());
    const auto refusals = marks_of(text, "#! ");
    const auto signer = taken(text);
    ASSERT_EQ(signer.has_value(), refusals.empty())
        << (signer ? everything(*signer) : signer.error().text());
    const auto all = signer ? everything(*signer) : signer.error().text();
    auto present = signer ? marks_of(text, "#+ ") : refusals;
    for (const auto& mark : present) {
        EXPECT_NE(all.find(mark), std::string::npos) << mark << "\nin\n" << all;
    }
    for (const auto& mark : marks_of(text, "#- ")) {
        EXPECT_EQ(all.find(mark), std::string::npos) << mark << "\nin\n" << all;
    }
    ASSERT_FALSE(present.empty()) << "it says nothing";
    if (!signer) {
        EXPECT_EQ(signer.error().code, make_error_code(Errc::bad_wallet));
        EXPECT_NE(all.find("signatory.yaml"), std::string::npos) << "the file is not named";
        return;
    }
    auto written = *signer;
    if (!written.clients.empty()) {
        written.authorized_keys = write("keys", clients_text(*signer));
    }
    const auto config = write("written.toml", configuration_text(written, {}));
    const auto started = daemon::read_start_up({"--config", config.string()}, "1.2.3", config);
    EXPECT_TRUE(started) << started.error().text() << "\n" << read(config);
}

std::vector<std::string> files() {
    std::vector<std::string> names;
    for (const auto& entry :
         fs::directory_iterator(fs::path(PROJECT_DIR) / "tests/data/signatory")) {
        names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

INSTANTIATE_TEST_SUITE_P(Files, Signatory, testing::ValuesIn(files()), [](const auto& file) {
    return fs::path(file.param).stem().string();
});

class SignatoryMarks : public SignatoryTest {};

TEST_F(SignatoryMarks, AreThoseOfEveryFolderItEverHadAndNothingElse) {
    const std::string text = "base_dir: BASE\n" + std::string(kVault) + "tezos: {" + kKey + ": }\n";
    EXPECT_TRUE(marks(text).empty());
    for (const auto* name : {"watermark_v2/b.json",
                             "watermark_v2/a.json",
                             "watermark_v1/a.json",
                             "watermark/a.json",
                             "watermark_v2/a.json.tmp",
                             "elsewhere/a.json"}) {
        EXPECT_TRUE(fs::exists(write("base/" + std::string(name), "x")));
    }
    EXPECT_EQ(marks(text),
              (std::vector<std::string>{"base/watermark_v2/a.json x",
                                        "base/watermark_v2/b.json x",
                                        "base/watermark_v1/a.json x",
                                        "base/watermark/a.json x"}));
    EXPECT_EQ(marks(text, base() / "elsewhere"),
              (std::vector<std::string>{"base/elsewhere/a.json x"}));
}

TEST_F(SignatoryMarks, OfAFolderThatIsNamedMustBeThere) {
    for (const std::string begin : {"base_dir: /nonexistent\n", "watermark: {driver: aws}\n"}) {
        const auto text = begin + kVault + "tezos: {" + kKey + ": }\n";
        const auto empty = taken(text, base());
        ASSERT_FALSE(empty);
        EXPECT_NE(empty.error().detail.find("has no <chain>.json"), std::string::npos);
        EXPECT_FALSE(taken(text, base() / "nowhere"));
        EXPECT_TRUE(fs::exists(write("base/named/a.json", "x")));
        EXPECT_EQ(marks(text, base() / "named").size(), 1U);
    }
}

TEST_F(SignatoryMarks, ThatCannotBeReadEndIt) {
    const std::string text = "base_dir: BASE\n" + std::string(kVault) + "tezos: {" + kKey + ": }\n";
    fs::create_directory_symlink("nowhere", base() / "watermark_v2");
    EXPECT_FALSE(taken(text));
    fs::remove(base() / "watermark_v2");
    fs::create_directories(base() / "watermark_v2/a.json");
    EXPECT_FALSE(taken(text));
}

TEST_F(SignatoryMarks, AndAConfigurationBeyondAllMeasureIsRefused) {
    const auto text = "base_dir: BASE\n" + std::string(kVault) + "tezos: {" + kKey + ": }\n";
    EXPECT_TRUE(taken(text + "#" + std::string(250 * 1024, ' ')));
    const auto large = taken(text + "#" + std::string(256 * 1024, ' '));
    ASSERT_FALSE(large);
    EXPECT_NE(large.error().detail.find("256 KiB"), std::string::npos);
}

// --- never more than it allows: theirs, stated another way, over a grid --------------------------

struct Theirs {
    std::set<std::string> requests;    // as its own words of today
    std::set<std::string> operations;  // within generic
    bool guarded = false;              // by what we cannot ask
    bool server_keys = false;          // clients must show the friend's key
    bool key_keys = false;             // this key is for the friend alone
};

// One message of each kind that we could sign at all, by the request that it is there.
std::map<std::string, Bytes> messages() {
    using floor::test::Block;
    using floor::test::Vote;
    return {{"block", Block{}.bytes()},
            {"preattestation", Vote{.magic = 0x12, .operation = 0x14}.bytes()},
            {"attestation", Vote{}.bytes()},
            {"attestation_with_dal", Vote{.operation = 0x17, .dal = {1}}.bytes()},
            {"generic", Bytes{0x03, 0x00}}};
}

bool allows(const Theirs& theirs, const std::string& request, bool is_friend) {
    if (theirs.guarded || theirs.requests.count(request) == 0) {
        return false;
    }
    if (request == "generic" && theirs.operations.count("reveal") == 0) {
        return false;
    }
    return theirs.server_keys ? is_friend : !theirs.key_keys;
}

std::string yaml_of(const Theirs& theirs, bool older) {
    const auto word = [older](const std::string& request) {
        const bool renamed = older && request != "attestation_with_dal";
        return renamed ? replaced(request, "attestation", "endorsement") : request;
    };
    std::string text = "base_dir: BASE\n" + std::string(kVault);
    text += theirs.guarded ? "policy_hook: {address: 'http://localhost'}\n" : "";
    text += theirs.server_keys ? fmt::format("server: {{authorized_keys: [{}]}}\n", kFriend) : "";
    text += fmt::format("tezos:\n  {}:\n", kKey);
    text += theirs.key_keys ? fmt::format("    authorized_keys: {}\n", kFriend) : "";
    const auto operations = fmt::format("[{}]", fmt::join(theirs.operations, ", "));
    std::vector<std::string> words;
    for (const auto& request : theirs.requests) {
        words.push_back(word(request));
    }
    if (older) {
        return text + fmt::format("    allowed_operations: [{}]\n    allowed_kinds: {}\n",
                                  fmt::join(words, ", "),
                                  operations);
    }
    text += "    allow:" + std::string(words.empty() ? " {}" : "") + "\n";
    for (const auto& request : words) {
        text += fmt::format("      {}: {}\n", request, request == "generic" ? operations : "");
    }
    return text;
}

std::vector<Theirs> grid() {
    const std::vector<std::string> requests{
        "block", "preattestation", "attestation", "attestation_with_dal", "generic"};
    const std::vector<std::set<std::string>> operations{{}, {"reveal"}, {"reveal", "transaction"}};
    std::vector<Theirs> all;
    for (unsigned bits = 0; bits < 32U * 8U; ++bits) {
        Theirs theirs{
            {}, operations[bits % 3], (bits & 32U) != 0, (bits & 64U) != 0, (bits & 128U) != 0};
        for (unsigned i = 0; i < requests.size(); ++i) {
            if ((bits & (1U << i)) != 0) {
                theirs.requests.insert(requests[i]);
            }
        }
        all.push_back(theirs);
    }
    return all;
}

// What we sign of what it signs: an attestation with DAL content goes with attestations alone.
bool expected(const Theirs& theirs, const std::string& request, bool is_friend) {
    const bool lone_dal =
        request == "attestation_with_dal" && theirs.requests.count("attestation") == 0;
    return allows(theirs, request, is_friend) && !lone_dal;
}

class NeverMore : public SignatoryTest {
protected:
    // Whether the daemon with the written configuration lets this message through.
    void expect_same(const Theirs& theirs, bool older) const {
        const auto yaml = yaml_of(theirs, older);
        auto signer = taken(yaml);
        ASSERT_TRUE(signer) << signer.error().text() << yaml;
        if (!signer->clients.empty()) {
            signer->authorized_keys = write("keys", clients_text(*signer));
        }
        const auto toml = configuration_text(*signer, {});
        const auto started = daemon::read_start_up(
            {"--config", write("written.toml", toml).string()}, "1.2.3", "none");
        ASSERT_TRUE(started) << started.error().text() << toml;
        const auto& config = started->config;
        const auto one = apdu::parse_public_key(kFriend)->hash();
        for (const auto& [request, message] : messages()) {
            for (const bool is_friend : {false, true}) {
                const Client client{.key = is_friend ? std::optional(one) : std::nullopt};
                const bool let_in = is_friend || !config.require_authentication;
                const bool passes =
                    let_in && config.magic_bytes.contains(message.front()) &&
                    check_policy(config.policies, *apdu::parse_key_hash(kKey), client, message)
                        .has_value();
                EXPECT_EQ(passes, expected(theirs, request, is_friend))
                    << request << " for a friend: " << is_friend << "\n"
                    << yaml << toml;
                EXPECT_FALSE(check_policy(config.policies, one, client, message))
                    << "a key that it does not serve";
            }
        }
    }
};

TEST_F(NeverMore, IsSignedThanItAllows) {
    for (const auto& theirs : grid()) {
        expect_same(theirs, false);
        expect_same(theirs, true);
    }
}

}  // namespace
}  // namespace ledger_bridge::tools
