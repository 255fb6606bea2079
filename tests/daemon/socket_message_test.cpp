// The socket protocol's bytes, both ways, at recorded vectors; and what is no request.
#include "daemon/socket/socket_message.hpp"

#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {
namespace {

const nlohmann::ordered_json& vectors() {
    static const auto all =
        nlohmann::ordered_json::parse(std::ifstream(TEST_DATA "/signer_vectors.json"));
    return all;
}

Bytes vector_bytes(const std::string& group, const std::string& name) {
    return *from_hex(vectors().at(group).at(name).get<std::string>());
}

// A vector without its length, which must be right.
Bytes message(const std::string& name) {
    const auto bytes = vector_bytes("socket", name);
    ByteReader reader(bytes);
    const auto size = reader.u16();
    EXPECT_EQ(size, reader.remaining()) << name;
    const auto rest = reader.rest();
    return {rest.begin(), rest.end()};
}

template <class Request>
Request parsed(const std::string& name) {
    const auto request = parse_socket_request(message(name));
    EXPECT_TRUE(request && std::holds_alternative<Request>(*request)) << name;
    return std::get<Request>(*request);
}

apdu::KeyHash baking_key() {
    return *apdu::parse_key_hash(vectors().at("keys").at("baking").at("pkh").get<std::string>());
}

TEST(SocketRequestTest, ASignRequestHasKeyMessageAndPerhapsASignature) {
    const auto plain = parsed<SocketSign>("req_sign_noauth");
    EXPECT_EQ(plain.key, baking_key());
    EXPECT_EQ(plain.message, vector_bytes("auth", "data"));
    EXPECT_FALSE(plain.credential);
    const auto shown = parsed<SocketSign>("req_sign_auth");
    EXPECT_EQ(shown.message, plain.message);
    ASSERT_TRUE(shown.credential && *shown.credential);
    EXPECT_EQ(apdu::signature_text(apdu::KeyKind::tz1, **shown.credential),
              vectors().at("auth").at("signature").get<std::string>());
}

TEST(SocketRequestTest, TheOthersAreWhatTheirTagSays) {
    EXPECT_EQ(parsed<SocketPublicKey>("req_public_key").key, baking_key());
    parsed<SocketAuthorizedKeys>("req_authorized_keys");
    parsed<SocketKnownKeys>("req_known_keys");
    for (const auto* name : {"req_det_nonce", "req_det_nonce_hash"}) {
        const auto nonce = parsed<SocketNonce>(name);
        EXPECT_EQ(nonce.key, baking_key());
        EXPECT_EQ(nonce.message, *from_hex("00bc614e"));
        EXPECT_FALSE(nonce.credential);
        EXPECT_EQ(nonce.hashed, std::string_view(name).ends_with("hash"));
    }
    EXPECT_EQ(parsed<SocketSupportsNonces>("req_supports").key, baking_key());
    parsed<SocketProvePossession>("req_pop");
    parsed<SocketProvePossession>("req_pop_override");
}

TEST(SocketRequestTest, AKeyOfTz4IsRefusedByName) {
    EXPECT_EQ(parse_socket_request(message("req_sign_tz4_v3")).error().code,
              make_error_code(Errc::tz4_refused));
    const auto old_form = *from_hex("0003394bc8a4eb6527f6d40f899b889ab0a37278d2aa0000000112");
    EXPECT_EQ(parse_socket_request(old_form).error().code, make_error_code(Errc::tz4_refused));
}

TEST(SocketRequestTest, ARequestThatIsCutOrTooLongIsNone) {
    for (const std::string name : {"req_sign_noauth", "req_public_key", "req_known_keys"}) {
        const auto whole = message(name);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const auto request = parse_socket_request(ByteView(whole).first(size));
            ASSERT_FALSE(request) << name << " cut to " << size;
            EXPECT_EQ(request.error().code, make_error_code(Errc::bad_request));
        }
    }
    for (const std::string name : {"req_public_key", "req_authorized_keys", "req_known_keys"}) {
        auto longer = message(name);
        longer.push_back(0);
        EXPECT_FALSE(parse_socket_request(longer)) << name;
    }
}

// Also where no credential is asked for: nobody knows what else the bytes were to say.
TEST(SocketRequestTest, WhatFollowsTheMessageIsASignatureOrTooMuch) {
    for (const std::string name : {"req_sign_noauth", "req_det_nonce"}) {
        for (std::size_t surplus = 1; surplus <= 100; ++surplus) {
            auto request = message(name);
            request.resize(request.size() + surplus);
            const auto parsed = parse_socket_request(request);
            ASSERT_EQ(parsed.has_value(), surplus == 64 || surplus == 96) << name << surplus;
            if (!parsed) {
                EXPECT_EQ(parsed.error().code, make_error_code(Errc::bad_request));
            }
        }
    }
}

TEST(SocketRequestTest, ASignatureOfBlsIsAWrongOne) {
    auto request = message("req_sign_auth");
    request.resize(request.size() + 32);
    const auto sign = parse_socket_request(request);
    ASSERT_TRUE(sign);
    const auto credential = std::get<SocketSign>(*sign).credential;
    EXPECT_TRUE(credential && !*credential);
}

TEST(SocketRequestTest, OnlyTheTagsAndKindsThatExistAreUnderstood) {
    for (unsigned tag = 0; tag < 256; ++tag) {
        auto request = message("req_public_key");
        request[0] = static_cast<std::uint8_t>(tag);
        const bool needs_nothing_more = tag == 1 || tag == 5 || tag == 7;
        EXPECT_EQ(parse_socket_request(request).has_value(), needs_nothing_more) << tag;
        request[0] = 1;
        request[1] = static_cast<std::uint8_t>(tag);
        EXPECT_EQ(parse_socket_request(request).has_value(), tag < 3) << tag;
    }
}

Bytes framed(const Bytes& reply) {
    return ByteWriter().u16(static_cast<std::uint16_t>(reply.size())).bytes(reply).take();
}

TEST(SocketReplyTest, RepliesAreTheVectorsToTheByte) {
    const auto& keys = vectors().at("keys");
    const auto raw = message("rsp_sign");
    apdu::Signature signature;
    std::copy(raw.begin() + 1, raw.end(), signature.raw.begin());
    EXPECT_EQ(framed(signature_reply(signature)), vector_bytes("socket", "rsp_sign"));
    const auto key = apdu::parse_public_key(keys.at("baking").at("pk").get<std::string>());
    EXPECT_EQ(framed(public_key_reply(*key)), vector_bytes("socket", "rsp_public_key"));
    EXPECT_EQ(framed(authorized_keys_reply(std::nullopt)), vector_bytes("socket", "rsp_no_auth"));
    const auto client = apdu::parse_key_hash(keys.at("auth").at("pkh").get<std::string>());
    EXPECT_EQ(framed(authorized_keys_reply(std::vector{*client})),
              vector_bytes("socket", "rsp_auth_keys_1"));
    EXPECT_EQ(framed(known_keys_reply({baking_key()})), vector_bytes("socket", "rsp_known_1"));
    EXPECT_EQ(framed(supports_nonces_reply(true)), vector_bytes("socket", "rsp_supports_true"));
    EXPECT_EQ(framed(error_reply(vectors().at("socket").at("rsp_error_json"))),
              vector_bytes("socket", "rsp_error"));
}

}  // namespace
}  // namespace ledger_bridge::daemon
