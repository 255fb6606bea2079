// The two facts that decide safety, at the emulator, which shares no code with the library:
// what a fall-back costs, and that none of them signs with a key that is not the authorised one.

#include <cstdlib>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "apdu/baking_app.hpp"
#include "driver/tcp_transport.hpp"
#include "tests/apdu/emulator_process.hpp"

namespace ledger_bridge::apdu {
namespace {

using namespace std::chrono_literals;

constexpr Curve kCurves[] = {Curve::ed25519, Curve::secp256k1, Curve::p256, Curve::bip25519};

std::uint32_t seed_from_environment() {
    const auto* text = std::getenv("BRIDGE_SEED");
    return text == nullptr ? 3141592653U
                           : static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

// An attestation of `level`, round 0, on mainnet.
Bytes attestation(std::uint32_t level) {
    ByteWriter writer;
    writer.u8(0x13).bytes(kMainnet.bytes).bytes(Bytes(32, 0x20)).u8(0x15).u16(1);
    writer.u32(level).u32(0).bytes(Bytes(32, 0x80));
    return writer.take();
}

AuthorizedKey key_at(Curve curve, const char* path = "44h/1729h/0h/0h") {
    return {curve, DerivationPath::parse(path).value()};
}

class EmulatorTest : public ::testing::Test {
protected:
    EmulatorTest()
        : transport_(
              driver::connect_tcp("127.0.0.1", emulator_.apdu_port(), clock_, deadline()).value()),
          app_(*transport_) {}

    Deadline deadline() { return Deadline::after(clock_, 10s); }

    void authorise(const AuthorizedKey& key) {
        const SetupRequest request{kMainnet, Level{level_}, Level{0}, key.curve, key.path};
        EXPECT_TRUE(app_.setup(request, deadline()));
    }

    // Signs the next level, which no watermark stands against.
    Result<DeviceSignature> sign_next(const AuthorizedKey& key) {
        message_ = attestation(++level_);
        return app_.sign(key, message_, deadline());
    }

    // The APDUs that one successful signature takes, by the emulator's own count.
    int cost_of_signing(const AuthorizedKey& key) {
        const auto before = count("apdus");
        EXPECT_TRUE(sign_next(key));
        return count("apdus") - before;
    }

    // A refusal with `status`, after which the emulator has signed nothing and moved no mark.
    void expect_refused(const AuthorizedKey& key, StatusWord status) {
        const auto before = emulator_.state();
        const auto signature = sign_next(key);
        ASSERT_FALSE(signature);
        EXPECT_EQ(signature.error().code, status);
        const auto after = emulator_.state();
        EXPECT_EQ(after["signatures"], before["signatures"]);
        EXPECT_EQ(after["main"], before["main"]);
    }

    int count(const char* what) { return emulator_.state()[what].get<int>(); }

    // What only somebody else on this transport would do: `app_` does not know of it.
    StatusWord send_unseen(const Result<Command>& command) {
        const auto apdu = encode(command.value()).value();
        const auto message = transport_->exchange(apdu, deadline()).value();
        return decode_answer(message).value().status;
    }
    void lose_selection_917e() {
        Command path_of_no_components = select_key(key_at(Curve::ed25519));
        path_of_no_components.data = {0};
        EXPECT_NE(send_unseen(path_of_no_components), StatusWord::ok);
    }
    void lose_selection_6982() {
        const auto other = key_at(Curve::ed25519, "44h/1729h/7h/0h");
        EXPECT_EQ(send_unseen(get_public_key(other)), StatusWord::ok);
    }
    void lose_selection_9405() {
        // The last byte of the level lies over the packet index; it must not be 0.
        level_ |= 1U;
        EXPECT_EQ(send_unseen(reset(Level{level_})), StatusWord::ok);
    }

    SystemClock clock_;
    EmulatorProcess emulator_;
    std::unique_ptr<driver::Transport> transport_;
    BakingApp app_;
    std::uint32_t level_ = 100;
    Bytes message_;
};

TEST_F(EmulatorTest, AWarmSignatureIsOneApduOnEveryCurve) {
    for (const auto curve : kCurves) {
        const auto key = key_at(curve);
        authorise(key);
        EXPECT_EQ(cost_of_signing(key), 2) << curve_name(curve);
        for (int i = 0; i < 5; ++i) {
            EXPECT_EQ(cost_of_signing(key), 1) << curve_name(curve);
        }
    }
}

TEST_F(EmulatorTest, ASelectionKnownToBeAnotherCostsTwo) {
    const auto key = key_at(Curve::ed25519);
    authorise(key);
    EXPECT_EQ(cost_of_signing(key), 2);
    EXPECT_TRUE(app_.public_key(Curve::p256, key.path, deadline()));
    EXPECT_EQ(cost_of_signing(key), 2);
    EXPECT_TRUE(app_.hmac(key, Bytes{1}, deadline()));
    EXPECT_EQ(cost_of_signing(key), 2);
    EXPECT_TRUE(app_.reset(Level{level_ | 1U}, deadline()));
    level_ |= 1U;
    EXPECT_EQ(cost_of_signing(key), 2);
    EXPECT_EQ(cost_of_signing(key), 1);
}

TEST_F(EmulatorTest, ASelectionLostUnseenCostsThreeOnce) {
    const auto key = key_at(Curve::ed25519);
    authorise(key);
    EXPECT_EQ(cost_of_signing(key), 2);
    lose_selection_917e();
    EXPECT_EQ(cost_of_signing(key), 3);
    EXPECT_EQ(cost_of_signing(key), 1);
    lose_selection_6982();
    EXPECT_EQ(cost_of_signing(key), 3);
    EXPECT_EQ(cost_of_signing(key), 1);
    lose_selection_9405();
    EXPECT_EQ(cost_of_signing(key), 3);
    EXPECT_EQ(cost_of_signing(key), 1);
}

TEST_F(EmulatorTest, RefusalsAndQueriesKeepTheSelection) {
    const auto key = key_at(Curve::ed25519);
    authorise(key);
    EXPECT_EQ(cost_of_signing(key), 2);
    const auto again = app_.sign(key, attestation(level_ - 1), deadline());
    EXPECT_EQ(again.error().code, StatusWord::watermark_or_bad_data);
    EXPECT_EQ(cost_of_signing(key), 1);
    emulator_.post("/lock");
    EXPECT_EQ(sign_next(key).error().code, StatusWord::locked);
    emulator_.post("/unlock");
    EXPECT_EQ(cost_of_signing(key), 1);
    EXPECT_TRUE(app_.marks(deadline()));
    EXPECT_TRUE(app_.authorized_key(deadline()));
    EXPECT_EQ(cost_of_signing(key), 1);
}

TEST_F(EmulatorTest, NoFallBackSignsWithAKeyThatIsNotAuthorised) {
    const auto authorised = key_at(Curve::ed25519);
    const AuthorizedKey others[] = {key_at(Curve::bip25519),
                                    key_at(Curve::secp256k1),
                                    key_at(Curve::ed25519, "44h/1729h/7h/0h"),
                                    key_at(Curve::ed25519, "44h/1729h/0h")};
    for (const auto& other : others) {
        authorise(authorised);
        EXPECT_EQ(cost_of_signing(authorised), 2);
        // From a warm session of the right key, and once more from there.
        expect_refused(other, StatusWord::unauthorised);
        expect_refused(other, StatusWord::unauthorised);
        lose_selection_917e();
        expect_refused(other, StatusWord::unauthorised);
        lose_selection_6982();
        expect_refused(other, StatusWord::unauthorised);
        lose_selection_9405();
        expect_refused(other, StatusWord::unauthorised);
        EXPECT_TRUE(sign_next(authorised));
    }
}

TEST_F(EmulatorTest, ANewSessionDoesNotSignWithTheKeyThatIsSelectedAndAuthorised) {
    const auto authorised = key_at(Curve::secp256k1);
    authorise(authorised);
    EXPECT_TRUE(sign_next(authorised));
    app_ = BakingApp(*transport_);
    expect_refused(key_at(Curve::ed25519), StatusWord::unauthorised);
}

TEST_F(EmulatorTest, NothingIsSignedWithoutAnAuthorisedKey) {
    const auto key = key_at(Curve::ed25519);
    expect_refused(key, StatusWord::unauthorised);
    authorise(key);
    EXPECT_TRUE(sign_next(key));
    EXPECT_TRUE(app_.deauthorize(deadline()));
    expect_refused(key, StatusWord::unauthorised);
}

// Calls, losses and refusals in any order: a signature verifies with the key that was given.
TEST_F(EmulatorTest, EverySignatureOfARandomSequenceIsOfTheKeyGiven) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE("BRIDGE_SEED=" + std::to_string(seed));
    std::mt19937 random(seed);
    std::vector<AuthorizedKey> keys;
    std::vector<PublicKey> public_keys;
    for (const auto curve : kCurves) {
        for (const auto* path : {"44h/1729h/0h/0h", "44h/1729h/1h/0h"}) {
            keys.push_back(key_at(curve, path));
            public_keys.push_back(app_.public_key(curve, keys.back().path, deadline()).value());
        }
    }
    int signatures = 0;
    for (int step = 0; step < 600; ++step) {
        const auto which = random() % keys.size();
        const auto& key = keys[which];
        switch (random() % 10) {
            case 0:
                authorise(key);
                break;
            case 1:
                lose_selection_917e();
                break;
            case 2:
                lose_selection_6982();
                break;
            case 3:
                lose_selection_9405();
                break;
            case 4:
                EXPECT_TRUE(app_.hmac(key, Bytes{1}, deadline()));
                break;
            default: {
                const auto state = emulator_.state()["authorized"];
                const bool authorised = !state.is_null() && state["path"] == key.path.text() &&
                                        state["curve"] == curve_name(key.curve);
                const auto signature = sign_next(key);
                ASSERT_EQ(signature.has_value(), authorised);
                if (signature) {
                    ++signatures;
                    const auto digest = blake2b_256(message_);
                    ASSERT_TRUE(verify(public_keys[which], digest, signature->signature));
                }
                break;
            }
        }
    }
    EXPECT_GT(signatures, 10);
}

}  // namespace
}  // namespace ledger_bridge::apdu
