// The policy against an independent statement of it, for every table of a grid and every request.
#include "daemon/policy/key_policy.hpp"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "daemon/errors.hpp"
#include "daemon/floor/errors.hpp"
#include "tests/floor/messages.hpp"

namespace ledger_bridge::daemon {
namespace {

constexpr std::uint32_t kMainnet = 0x7a06a770;
constexpr std::uint32_t kGhostnet = 0xaf1864d9;

apdu::KeyHash hash(std::uint8_t seed) {
    apdu::KeyHash hash;
    hash.hash.fill(seed);
    return hash;
}

const apdu::KeyHash kKey = hash(1);
const apdu::KeyHash kOther = hash(2);

// A request, and every name that its client goes by.
struct Request {
    Client client;
    std::set<ClientName> names;
    std::uint8_t magic_byte;
    std::uint32_t chain;
    Bytes message;
};

std::vector<std::pair<Client, std::set<ClientName>>> clients() {
    const std::string certificate(64, 'a');
    return {{{Listener::http}, {Listener::http}},
            {{Listener::unix_socket}, {Listener::unix_socket}},
            {{Listener::tcp, "", hash(10)}, {Listener::tcp, hash(10)}},
            {{Listener::https, certificate, hash(11)},
             {Listener::https, CertificateName{certificate}, hash(11)}}};
}

Bytes message(std::uint8_t magic_byte, std::uint32_t chain) {
    if (magic_byte == 0x11) {
        return floor::test::Block{.chain = chain}.bytes();
    }
    return floor::test::Vote{
        .magic = magic_byte, .chain = chain, .operation = static_cast<std::uint8_t>(magic_byte + 2)}
        .bytes();
}

std::vector<Request> requests() {
    std::vector<Request> all;
    for (const auto& [client, names] : clients()) {
        for (const auto magic_byte : std::array<std::uint8_t, 3>{0x11, 0x12, 0x13}) {
            for (const auto chain : {kMainnet, kGhostnet}) {
                all.push_back({client, names, magic_byte, chain, message(magic_byte, chain)});
            }
        }
    }
    return all;
}

apdu::ChainId chain_id(std::uint32_t chain) {
    return chain == kMainnet ? apdu::kMainnet : apdu::kGhostnet;
}

std::vector<KeyPolicy> tables() {
    const std::vector<std::optional<std::set<std::uint8_t>>> kinds{
        std::nullopt,
        std::set<std::uint8_t>{},
        std::set<std::uint8_t>{0x11},
        std::set<std::uint8_t>{0x12, 0x13}};
    const std::vector<std::optional<std::set<apdu::ChainId>>> chains{
        std::nullopt, std::set{apdu::kMainnet}, std::set{apdu::kMainnet, apdu::kGhostnet}};
    const std::vector<std::optional<std::set<ClientName>>> names{
        std::nullopt,
        std::set<ClientName>{Listener::unix_socket},
        std::set<ClientName>{hash(10)},
        std::set<ClientName>{CertificateName{std::string(64, 'a')}, Listener::http}};
    std::vector<KeyPolicy> all;
    for (const auto& kind : kinds) {
        for (const auto& chain : chains) {
            for (const auto& name : names) {
                all.push_back({kind, chain, name});
            }
        }
    }
    return all;
}

// What a table says, written down another way: by what it forbids.
bool forbids_client(const KeyPolicy& table, const Request& request) {
    std::vector<ClientName> both;
    if (table.clients) {
        std::set_intersection(table.clients->begin(),
                              table.clients->end(),
                              request.names.begin(),
                              request.names.end(),
                              std::back_inserter(both));
    }
    return table.clients && both.empty();
}

bool forbids_kind(const KeyPolicy& table, const Request& request) {
    return table.magic_bytes && table.magic_bytes->count(request.magic_byte) == 0;
}

bool forbids_chain(const KeyPolicy& table, const Request& request) {
    return table.chains && table.chains->count(chain_id(request.chain)) == 0;
}

// The furthest that any table lets it come: 3 through, 2 to the chain, 1 to the kind, 0 not at all.
int progress(const KeyPolicy& table, const Request& request) {
    if (forbids_client(table, request)) {
        return 0;
    }
    if (forbids_kind(table, request)) {
        return 1;
    }
    return forbids_chain(table, request) ? 2 : 3;
}

void expect(const KeyPolicies& policies, const Request& request, int furthest) {
    const std::array<Errc, 3> errors{Errc::policy_client, Errc::policy_kind, Errc::policy_chain};
    const auto checked = check_policy(policies, kKey, request.client, request.message);
    ASSERT_EQ(checked.has_value(), furthest == 3) << request.client.text();
    if (!checked) {
        EXPECT_EQ(checked.error().code,
                  make_error_code(errors.at(static_cast<std::size_t>(furthest))));
    }
}

TEST(KeyPolicy, OneTableOrTwoLetThroughWhatTheyAllowAndTheErrorNamesTheRest) {
    const auto grid = tables();
    for (const auto& request : requests()) {
        for (const auto& first : grid) {
            expect({{{kKey, {first}}}}, request, progress(first, request));
            for (const auto& second : grid) {
                expect({{{kKey, {first, second}}}},
                       request,
                       std::max(progress(first, request), progress(second, request)));
            }
        }
    }
}

TEST(KeyPolicy, ConditionsOfTwoTablesAreNotMixed) {
    const KeyPolicies policies{{{kKey,
                                 {{.magic_bytes = {{0x13}}, .clients = {{hash(10)}}},
                                  {.magic_bytes = {{0x11}}, .clients = {{hash(11)}}}}}}};
    const Client votes{.listener = Listener::http, .key = hash(10)};
    const Client blocks{.listener = Listener::http, .key = hash(11)};
    EXPECT_TRUE(check_policy(policies, kKey, votes, message(0x13, kMainnet)));
    EXPECT_FALSE(check_policy(policies, kKey, votes, message(0x11, kMainnet)));
    EXPECT_TRUE(check_policy(policies, kKey, blocks, message(0x11, kMainnet)));
    EXPECT_FALSE(check_policy(policies, kKey, blocks, message(0x13, kMainnet)));
}

TEST(KeyPolicy, ANonceIsForWhoMayHaveBlocks) {
    for (const auto& request : requests()) {
        for (const auto& table : tables()) {
            const bool blocks = !table.magic_bytes || table.magic_bytes->count(0x11) == 1;
            const bool expected = blocks && !forbids_client(table, request);
            const KeyPolicies policies{{{kKey, {table}}}};
            EXPECT_EQ(check_nonce_policy(policies, kKey, request.client, {}).has_value(), expected);
        }
        EXPECT_TRUE(check_nonce_policy({}, kKey, request.client, {}));
    }
}

TEST(KeyPolicy, WithoutATableEverybodyMay) {
    const KeyPolicies policies{{{kOther, {{.magic_bytes = {{0x11}}}}}}};
    for (const auto& request : requests()) {
        EXPECT_TRUE(check_policy({}, kKey, request.client, request.message));
        EXPECT_TRUE(check_policy(policies, kKey, request.client, request.message));
    }
}

TEST(KeyPolicy, TheTablesOfTheOthersDoNotWidenAKeysOwn) {
    const KeyPolicies policies{{{kKey, {{.magic_bytes = {{0x13}}}}}}, {{.magic_bytes = {{0x11}}}}};
    const auto block = message(0x11, kMainnet);
    EXPECT_FALSE(check_policy(policies, kKey, {}, block));
    EXPECT_TRUE(check_policy(policies, kOther, {}, block));
    EXPECT_FALSE(check_policy(policies, kOther, {}, message(0x13, kMainnet)));
}

TEST(KeyPolicy, WhatHasNoReadableChainPassesNoTableThatNamesOne) {
    const KeyPolicies policies{{{kKey, {{.chains = {{apdu::kMainnet}}}}}}};
    auto cut = message(0x13, kMainnet);
    cut.pop_back();
    const auto checked = check_policy(policies, kKey, {}, cut);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, make_error_code(floor::Errc::bad_message));
    EXPECT_FALSE(check_policy(policies, kKey, {}, {}));
    EXPECT_FALSE(check_policy({{{kKey, {{.magic_bytes = {{0x11}}}}}}}, kKey, {}, {}));
}

TEST(KeyPolicy, ARevealPassesWhereItsKindIsNamedAndNoChain) {
    const Bytes reveal{0x03, 0x00};
    EXPECT_TRUE(check_policy({{{kKey, {{.magic_bytes = {{0x03}}}}}}}, kKey, {}, reveal));
    EXPECT_FALSE(check_policy({{{kKey, {{.magic_bytes = {{0x11}}}}}}}, kKey, {}, reveal));
    const auto checked =
        check_policy({{{kKey, {{.chains = {{apdu::kMainnet}}}}}}}, kKey, {}, reveal);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, make_error_code(Errc::policy_chain));
    EXPECT_EQ(*parse_kind_name("reveal"), 0x03);
}

TEST(KeyPolicy, DalContentPassesWhereNoTableLeavesItOut) {
    const auto plain = message(0x13, kMainnet);
    const auto dal = floor::test::Vote{.operation = 0x17, .dal = {1, 2}}.bytes();
    const KeyPolicies without{{{kKey, {{.magic_bytes = {{0x11, 0x13}}, .dal = false}}}}};
    EXPECT_TRUE(check_policy(without, kKey, {}, plain));
    EXPECT_TRUE(check_policy(without, kKey, {}, message(0x11, kMainnet)));
    const auto refused = check_policy(without, kKey, {}, dal);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::policy_kind));
    EXPECT_NE(refused.error().detail.find("0x13 with DAL content not allowed"), std::string::npos);
    EXPECT_TRUE(check_policy({{{kKey, {{.magic_bytes = {{0x13}}}}}}}, kKey, {}, dal));
    EXPECT_TRUE(check_policy({{{kKey, {{.dal = false}, {}}}}}, kKey, {}, dal));
    EXPECT_FALSE(check_policy({{{kKey, {{.dal = false}}}}}, kKey, {}, dal));
    // A block has any byte there, and it is no DAL content.
    auto block = message(0x11, kMainnet);
    block[37] = 0x17;
    EXPECT_TRUE(check_policy(without, kKey, {}, block));
}

TEST(KeyPolicy, AClientWithoutACertificateHasNoneOfThem) {
    EXPECT_FALSE(parse_client_name("certificate:"));
    EXPECT_FALSE(check_policy({{{kKey, {{.clients = {{CertificateName{std::string(64, '0')}}}}}}}},
                              kKey,
                              {},
                              message(0x13, kMainnet)));
}

TEST(KeyPolicy, TextsNameEveryCondition) {
    EXPECT_EQ(KeyPolicy{}.text(), "every kind on every chain served for every client");
    EXPECT_EQ((KeyPolicy{{{0x12, 0x13}}, {{apdu::kMainnet}}, {{Listener::unix_socket}}}.text()),
              "preattestation, attestation on mainnet for unix");
    EXPECT_EQ((KeyPolicy{.magic_bytes = {{0x13}}, .dal = false}.text()),
              "attestation without DAL content on every chain served for every client");
    EXPECT_EQ((KeyPolicy{.magic_bytes = std::set<std::uint8_t>()}.text()), "nothing");
}

TEST(KeyPolicy, NamesOfClientsSurviveTheirText) {
    const std::string certificate = "certificate:" + std::string(64, 'a');
    for (const auto& text : {std::string("http"),
                             std::string("https"),
                             std::string("tcp"),
                             std::string("unix"),
                             std::string("tz1gjaF81ZRRvdzjobyfVNsAeSC6PScjfQwN"),
                             certificate}) {
        const auto name = parse_client_name(text);
        ASSERT_TRUE(name) << text;
        EXPECT_EQ(client_name_text(*name), text);
    }
    const auto key = parse_client_name("edpkuBknW28nW72KG6RoHtYW7p12T6GKc7nAbwYX5m8Wd9sDVC9yav");
    ASSERT_TRUE(key);
    EXPECT_EQ(client_name_text(*key), "tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx");
    for (const auto* const text : {"", "*", "anybody", "tz1", "certificate:aa", "Unix"}) {
        EXPECT_FALSE(parse_client_name(text)) << text;
    }
}

TEST(Client, IsToldByItsKeyElseItsCertificateElseItsOrigin) {
    Client client{.listener = Listener::https, .origin = "10.0.0.1"};
    EXPECT_EQ(client.identity(), "10.0.0.1");
    client.certificate = "0a0b";
    EXPECT_EQ(client.identity(), "certificate:0a0b");
    client.key = hash(10);
    EXPECT_EQ(client.identity(), hash(10).text());
    EXPECT_EQ((Client{.listener = Listener::tcp, .origin = "10.0.0.1"}).identity(), "10.0.0.1")
        << "the same client at another listener";
}

}  // namespace
}  // namespace ledger_bridge::daemon
