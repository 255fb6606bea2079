// Every recorded exchange through our encoders, decoders and verification.

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "apdu/instructions.hpp"
#include "tests/apdu/test_data.hpp"

namespace ledger_bridge::apdu {
namespace {

constexpr std::uint16_t kDone = 0x9000;
constexpr std::uint8_t kBls = 4;

// The parts of a recorded APDU.
struct Request {
    std::uint8_t cla = 0;
    std::uint8_t ins = 0;
    std::uint8_t p1 = 0;
    std::uint8_t p2 = 0;
    ByteView data;
};

Request parse(const Exchange& exchange) {
    ByteReader reader(exchange.apdu);
    Request request;
    request.cla = reader.u8();
    request.ins = reader.u8();
    request.p1 = reader.u8();
    request.p2 = reader.u8();
    reader.u8();
    request.data = reader.rest();
    return request;
}

bool gives_public_key(const Request& request) {
    const auto ins = request.ins;
    return request.cla == 0x80 && (ins == 0x01 || ins == 0x02 || ins == 0x03 || ins == 0x0a);
}

bool is_sign(const Request& request) {
    return request.cla == 0x80 && (request.ins == 0x04 || request.ins == 0x0f);
}

// The curve and path that a request selects, if it is one that does and has a path.
std::optional<AuthorizedKey> selection_of(const Request& request) {
    const bool path_packet = is_sign(request) && (request.p1 & 1U) == 0;
    if (!gives_public_key(request) && !path_packet) {
        return std::nullopt;
    }
    const auto curve = curve_from_wire(request.p2);
    ByteReader reader(request.data);
    if (request.ins == 0x0a) {
        reader.bytes(12);
    }
    auto path = DerivationPath::read(reader);
    if (!curve || !path || !reader.complete()) {
        return std::nullopt;
    }
    return AuthorizedKey{*curve, std::move(*path)};
}

std::string name_of(const AuthorizedKey& key) {
    return std::string(curve_name(key.curve)) + "/" + key.path.text();
}

// Every public key that any recording shows, by curve and path: all are of one seed.
std::map<std::string, PublicKey> recorded_keys() {
    std::map<std::string, PublicKey> keys;
    for (const auto& recording : recordings()) {
        for (const auto& exchange : recording) {
            const auto request = parse(exchange);
            const auto key = selection_of(request);
            if (exchange.status != kDone || !gives_public_key(request) || !key) {
                continue;
            }
            const auto decoded = decode_public_key(key->curve, exchange.data);
            EXPECT_TRUE(decoded) << exchange.where;
            if (decoded) {
                const auto [entry, added] = keys.emplace(name_of(*key), *decoded);
                EXPECT_TRUE(added || entry->second == *decoded) << exchange.where;
            }
        }
    }
    return keys;
}

TEST(Recordings, AreAllThere) {
    EXPECT_EQ(recordings().size(), 48U);
}

TEST(Recordings, EveryPublicKeyDecodesAndNeverChanges) {
    EXPECT_GE(recorded_keys().size(), 10U);
}

TEST(Recordings, EveryStatusWordIsKnown) {
    for (const auto& recording : recordings()) {
        for (const auto& exchange : recording) {
            const auto status = static_cast<StatusWord>(exchange.status);
            EXPECT_TRUE(status == StatusWord::ok || error_row(make_error_code(status)) != nullptr)
                << exchange.where << " " << status_text(status);
        }
    }
}

TEST(Recordings, EveryQueryDecodes) {
    std::map<std::uint8_t, int> count;
    for (const auto& recording : recordings()) {
        for (const auto& exchange : recording) {
            const auto request = parse(exchange);
            if (exchange.status != kDone || request.cla != 0x80) {
                continue;
            }
            const ByteView data = exchange.data;
            count[request.ins]++;
            switch (request.ins) {
                case 0x00:
                    EXPECT_EQ(decode_version(data).value().app_class, 1) << exchange.where;
                    break;
                case 0x06:
                case 0x0c:
                    EXPECT_TRUE(decode_empty(data)) << exchange.where;
                    break;
                case 0x07:
                    EXPECT_TRUE(decode_auth_key(data)) << exchange.where;
                    break;
                case 0x08:
                    EXPECT_TRUE(decode_main_hwm(data)) << exchange.where;
                    break;
                case 0x09:
                    EXPECT_TRUE(decode_git(data).value().starts_with("v2.5")) << exchange.where;
                    break;
                case 0x0b:
                    EXPECT_TRUE(decode_all_hwm(data)) << exchange.where;
                    break;
                case 0x0d:
                    EXPECT_TRUE(decode_auth_key_with_curve(data) || data[0] == kBls)
                        << exchange.where;
                    break;
                case 0x0e:
                    EXPECT_TRUE(decode_hmac(data)) << exchange.where;
                    break;
                default:
                    break;
            }
        }
    }
    for (const int ins : {0x00, 0x06, 0x07, 0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e}) {
        EXPECT_GT(count[static_cast<std::uint8_t>(ins)], 0) << ins;
    }
}

TEST(Recordings, AppInfoNamesAppAndRelease) {
    int count = 0;
    for (const auto& recording : recordings()) {
        for (const auto& exchange : recording) {
            const auto request = parse(exchange);
            if (request.cla == 0xb0 && request.ins == 0x01 && exchange.status == kDone) {
                const auto info = decode_app_info(exchange.data).value();
                EXPECT_EQ(info.name, "Tezos Baking");
                EXPECT_NE(exchange.where.find("_" + info.version + ".json"), std::string::npos);
                ++count;
            }
        }
    }
    EXPECT_GT(count, 0);
}

TEST(Recordings, MarksDecodeToTheirOwnDecoding) {
    int count = 0;
    for (const auto& recording : recordings()) {
        for (const auto& exchange : recording) {
            if (!exchange.entry.contains("decoded")) {
                continue;
            }
            const auto& expected = exchange.entry["decoded"];
            const auto marks = decode_all_hwm(exchange.data).value();
            EXPECT_EQ(marks.main.level.value, expected["main_level"].get<unsigned>());
            EXPECT_EQ(marks.main.round.value, expected["main_round"].get<unsigned>());
            EXPECT_EQ(marks.test.level.value, expected["test_level"].get<unsigned>());
            EXPECT_EQ(marks.test.round.value, expected["test_round"].get<unsigned>());
            EXPECT_EQ(to_hex(marks.chain.bytes), expected["chain_id"].get<std::string>());
            ++count;
        }
    }
    EXPECT_EQ(count, 212);
}

// Our command for a recorded request that the app carried out; nothing where we have none of
// that form (INS 04, other variants of SIGN's P1, BLS).
std::optional<Command> our_command(const Request& request) {
    const auto key = selection_of(request);
    if (request.ins == 0x0f && request.p1 == 0x81) {
        return sign_with_hash(request.data).value();
    }
    if (!key) {
        return std::nullopt;
    }
    switch (request.ins) {
        case 0x01:
            return authorize_baking(*key);
        case 0x02:
            return get_public_key(*key);
        case 0x03:
            return prompt_public_key(*key);
        case 0x0a: {
            ByteReader reader(request.data);
            ChainId chain;
            const auto id = reader.bytes(4);
            std::copy(id.begin(), id.end(), chain.bytes.begin());
            const Level main{reader.u32()};
            const Level test{reader.u32()};
            return setup({chain, main, test, key->curve, key->path});
        }
        case 0x0f:
            return select_key(*key);
        default:
            return std::nullopt;
    }
}

TEST(Recordings, EncodersGiveTheRecordedBytes) {
    std::map<std::uint8_t, int> count;
    for (const auto& recording : recordings()) {
        for (const auto& exchange : recording) {
            const auto request = parse(exchange);
            const auto command = exchange.status == kDone ? our_command(request) : std::nullopt;
            // P1 = 80 is the other spelling of the path packet; P2 does not matter behind it.
            if (!command || request.p1 == 0x80 || (request.p1 == 0x81 && request.p2 != 0)) {
                continue;
            }
            EXPECT_EQ(to_hex(encode(*command).value()), to_hex(exchange.apdu)) << exchange.where;
            count[request.ins]++;
        }
    }
    for (const int ins : {0x01, 0x02, 0x03, 0x0a, 0x0f}) {
        EXPECT_GT(count[static_cast<std::uint8_t>(ins)], 0) << ins;
    }
}

// The signature of an answer to SIGN or SIGN_WITH_HASH; the hash is checked on the way.
Signature signature_of(const Exchange& exchange, const Request& request, Curve curve) {
    if (request.ins == 0x04) {
        return signature_from_device(curve, exchange.data).value();
    }
    const auto decoded = decode_signature_with_hash(curve, exchange.data).value();
    EXPECT_EQ(decoded.digest, blake2b_256(request.data)) << exchange.where;
    return decoded.signature;
}

TEST(Recordings, EverySignatureVerifiesWithTheSelectedKey) {
    const auto keys = recorded_keys();
    std::map<Curve, int> count;
    for (const auto& recording : recordings()) {
        std::optional<AuthorizedKey> selected;
        bool bls = false;
        for (const auto& exchange : recording) {
            const auto request = parse(exchange);
            if (const auto selection = selection_of(request)) {
                selected = selection;
                bls = false;
            } else if (request.p2 == kBls && exchange.status == kDone) {
                bls = true;
            }
            const bool is_signature = exchange.status == kDone && is_sign(request) &&
                                      request.p1 == 0x81 && !exchange.data.empty();
            if (!is_signature || bls) {
                continue;
            }
            ASSERT_TRUE(selected) << exchange.where;
            ASSERT_TRUE(keys.contains(name_of(*selected))) << exchange.where;
            const auto& key = keys.at(name_of(*selected));
            const auto signature = signature_of(exchange, request, selected->curve);
            EXPECT_TRUE(verify(key, blake2b_256(request.data), signature)) << exchange.where;
            const auto text = signature_text(key.kind(), signature);
            EXPECT_EQ(parse_signature(text).value(), signature);
            count[selected->curve]++;
        }
    }
    for (const auto curve : {Curve::ed25519, Curve::secp256k1, Curve::p256, Curve::bip25519}) {
        EXPECT_GT(count[curve], 30) << curve_name(curve);
        RecordProperty(std::string(curve_name(curve)), count[curve]);
    }
}

}  // namespace
}  // namespace ledger_bridge::apdu
