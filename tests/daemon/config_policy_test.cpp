// The [[policy]] tables of a configuration file.
#include "tests/daemon/config_fixture.hpp"

namespace ledger_bridge::daemon {
namespace {

constexpr const char* kAddress = "tz1gjaF81ZRRvdzjobyfVNsAeSC6PScjfQwN";
constexpr const char* kClient = "tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx";
constexpr const char* kAuthentication =
    "require-authentication = true\nauthorized-keys = \"keys\"\n";

std::string table(const std::string& lines) {
    return fmt::format("[[policy]]\nkey = \"{}\"\n{}\n", kAddress, lines);
}

class PolicyTables : public ConfigTest {
protected:
    [[nodiscard]] std::string refusal(const std::string& text) const {
        return error({"--config", write(text)});
    }
    [[nodiscard]] KeyPolicies policies(const std::string& text) const {
        return config({"--config", write(text)}).policies;
    }
};

TEST_F(PolicyTables, AreAlternativesOfTheirKey) {
    const auto text = kAuthentication +
                      table(
                          "kinds = [\"attestation\", \"preattestation\"]\n"
                          "chains = [\"mainnet\"]") +
                      table(fmt::format("magic-bytes = [0x11]\nclients = [\"{}\"]", kClient)) +
                      "[[policy]]\nkey = \"*\"\nclients = \"http\"\n";
    const KeyPolicies expected{
        {{*apdu::parse_key_hash(kAddress),
          {{.magic_bytes = {{0x12, 0x13}}, .chains = {{apdu::kMainnet}}},
           {.magic_bytes = {{0x11}}, .clients = {{*apdu::parse_key_hash(kClient)}}}}}},
        {{.clients = {{Listener::http}}}}};
    EXPECT_EQ(policies(text), expected);
}

TEST_F(PolicyTables, MayNameMagicBytesInEveryWay) {
    const auto expected = policies(table("kinds = [\"block\", \"attestation\"]"));
    ASSERT_EQ(expected.of_key.size(), 1U);
    for (const std::string_view value :
         {"[17, 19]", "[0x11, 0x13]", "\"0x11,0x13\"", "[\"0x11\", \"0x13\"]"}) {
        EXPECT_EQ(policies(table(fmt::format("magic-bytes = {}", value))), expected) << value;
    }
}

TEST_F(PolicyTables, MayLetNothingBeSignedWhereTheySaySo) {
    const KeyPolicies expected{
        {{*apdu::parse_key_hash(kAddress), {{.magic_bytes = std::set<std::uint8_t>()}}}}, {}};
    EXPECT_EQ(policies(table("kinds = [\"none\"]")), expected);
    EXPECT_EQ(policies(table("kinds = \"none\"")), expected);
    EXPECT_NE(refusal(table("kinds = [\"none\", \"block\"]")).find("'none' is no kind"),
              std::string::npos);
}

TEST_F(PolicyTables, MayLeaveDalContentOut) {
    const auto with = [](bool dal) {
        return KeyPolicies{{{*apdu::parse_key_hash(kAddress), {{.dal = dal}}}}, {}};
    };
    EXPECT_EQ(policies(table("dal = false")), with(false));
    EXPECT_EQ(policies(table("dal = true")), with(true));
    EXPECT_NE(refusal(table("dal = \"no\"")).find("true or false"), std::string::npos);
}

struct Mistake {
    std::string lines;
    std::string words;
};

TEST_F(PolicyTables, ThatLetNothingThroughAreMistakes) {
    for (const auto& [lines, words] : std::vector<Mistake>{
             {"kinds = []", "kinds, line 3 of "},
             {"kinds = []", "the list is empty"},
             {"magic-bytes = []", "magic-bytes, line 3 of "},
             {"chains = []", "the list is empty"},
             {"clients = []", "the list is empty"},
             {"kinds = [\"endorsement\"]", "'endorsement' is no kind; write block"},
             {"kinds = [\"block\", \"block\"]", "'block' stands there twice"},
             {"magic-bytes = [0x11, 0x11]", "stands there twice"},
             {"magic-bytes = [0x04]", "the Baking app signs nothing else"},
             {"magic-bytes = [0x03]", "0x03 is not signed, because magic-bytes outside"},
             {"kinds = [\"block\"]\nmagic-bytes = [0x11]", "say the same; give one of them"},
             {"chains = [\"NetXdQprcVkpaWV\"]", "chains, line 3 of "},
             {"chains = [\"any\"]", "'any' is no chain"},
             {"clients = [\"anybody\"]", "'anybody' is no client"},
             {"clients = [\"certificate:aa\"]", "no SHA-256"},
             {"clients = [\"certificate:" + std::string(64, 'a') + "\"]",
              "with tls-client-ca only"},
             {std::string("clients = [\"") + kClient + "\"]", "with require-authentication only"},
             {"clients = [\"tcp\"]", "because tcp is none"},
             {"clients = [\"https\"]", "because https is none"},
             {"clients = [\"http\", \"unix\"]", "because unix is not given"},
             {"client = [\"http\"]", "unknown key 'client', line 3 of "},
             {"kinds = 3", "kinds, line 3 of "},
         }) {
        const auto text = refusal(table(lines));
        EXPECT_TRUE(contains(text, words)) << lines << " gave: " << text;
    }
}

TEST_F(PolicyTables, ListenersThatAreOnMayBeNamed) {
    const auto text = "unix = \"/run/s\"\ntcp = \"127.0.0.1:0\"\n";
    EXPECT_EQ(policies(text + table("clients = [\"unix\", \"tcp\", \"http\"]")).of_key.size(), 1U);
    EXPECT_TRUE(contains(refusal("http = \"none\"\n" + table("clients = [\"http\"]")),
                         "because http is none"));
}

TEST_F(PolicyTables, CertificatesMayBeNamedWhereClientsShowThem) {
    const std::string tls = "https = \"127.0.0.1:0\"\ntls-certificate = \"c\"\ntls-key = \"k\"\n";
    const auto named = table("clients = [\"certificate:" + std::string(64, 'A') + "\", \"https\"]");
    EXPECT_TRUE(contains(refusal(tls + named), "with tls-client-ca only"));
    const auto read = policies(tls + "tls-client-ca = \"a\"\n" + named);
    const std::set<ClientName> expected{CertificateName{std::string(64, 'a')}, Listener::https};
    ASSERT_EQ(read.of_key.size(), 1U);
    EXPECT_EQ(read.of_key.begin()->second.front().clients, expected);
}

TEST_F(PolicyTables, HaveOneKeyEach) {
    EXPECT_TRUE(contains(refusal("[[policy]]\nkinds = [\"block\"]\n"), "policy, line 1 of "));
    EXPECT_TRUE(contains(refusal("[[policy]]\nkinds = [\"block\"]\n"), "its key is missing"));
    EXPECT_TRUE(contains(refusal("[[policy]]\nkey = \"tz1x\"\n"), "key, line 2 of "));
    EXPECT_TRUE(
        contains(refusal("[[policy]]\nkey = \"tz4HVR6aty9KwsQFHh81C1G7gBdhxT8kuytm\"\n"), "tz4"));
    EXPECT_TRUE(contains(refusal("[policy]\nkey = \"*\"\n"), "write [[policy]]"));
    EXPECT_TRUE(contains(refusal("policy = \"all\"\n"), "write [[policy]]"));
    EXPECT_TRUE(contains(refusal("policy = []\n"), "write [[policy]]"));
}

TEST_F(PolicyTables, SayNothingTwice) {
    const auto text = refusal(table("kinds = [\"block\"]") + table("magic-bytes = [0x11]"));
    EXPECT_TRUE(contains(text, "policy, line 4 of ")) << text;
    EXPECT_TRUE(contains(text, "another table of this key says the same")) << text;
    const auto twice = refusal(table("kinds = [\"block\"]\nkinds = [\"attestation\"]"));
    EXPECT_FALSE(twice.empty());
}

}  // namespace
}  // namespace ledger_bridge::daemon
