#include "apdu/baking_app.hpp"

#include <gtest/gtest.h>

#include "tests/apdu/scripted_transport.hpp"
#include "tests/apdu/test_data.hpp"
#include "tests/driver/manual_clock.hpp"

namespace ledger_bridge::apdu {
namespace {

const std::string kPathHex = "048000002c800006c18000000080000000";
const std::string kSelect = "800f000011" + kPathHex;
const std::string kKeyAnswer =
    "21021dbfcc527042205a12508a62f37a72080e512c9338a9e7db3adeb6cae73e3ca59000";
const Bytes kMessage{0x13, 0x01, 0x02};
const std::string kSign = "800f810003130102";

AuthorizedKey baking_key() {
    return {Curve::ed25519, DerivationPath::tezos_default()};
}

std::string signature_answer() {
    return to_hex(blake2b_256(kMessage)) + to_hex(Bytes(64, 0x5a)) + "9000";
}

class BakingAppTest : public ::testing::Test {
protected:
    ~BakingAppTest() override { EXPECT_TRUE(transport_.finished()); }

    Result<DeviceSignature> sign() { return app_.sign(baking_key(), kMessage, deadline_); }

    // Signs once, so that the key is selected.
    void warm_up() {
        transport_.expect(kSelect, "9000");
        transport_.expect(kSign, signature_answer());
        EXPECT_TRUE(sign());
    }

    ScriptedTransport transport_;
    BakingApp app_{transport_};
    ManualClock clock_;
    Deadline deadline_ = Deadline::after(clock_, std::chrono::seconds(1));
};

TEST_F(BakingAppTest, FirstSignatureSelectsTheKey) {
    transport_.expect(kSelect, "9000");
    transport_.expect(kSign, signature_answer());
    const auto signature = sign();
    EXPECT_EQ(signature.value().digest, blake2b_256(kMessage));
    EXPECT_EQ(to_hex(signature.value().signature.raw), to_hex(Bytes(64, 0x5a)));
}

TEST_F(BakingAppTest, WarmSignatureIsOneApdu) {
    warm_up();
    for (int i = 0; i < 10; ++i) {
        transport_.expect(kSign, signature_answer());
        EXPECT_TRUE(sign());
    }
    EXPECT_EQ(transport_.sent(), 12U);
}

TEST_F(BakingAppTest, SelectMakesTheNextSignatureOneApdu) {
    transport_.expect(kSelect, "9000");
    EXPECT_TRUE(app_.select(baking_key(), deadline_));
    transport_.expect(kSign, signature_answer());
    EXPECT_TRUE(sign());
}

TEST_F(BakingAppTest, AFailedSelectForgetsTheSelection) {
    for (const auto* answer : {"6b00", "5515", "009000"}) {
        warm_up();
        transport_.expect(kSelect, answer);
        EXPECT_FALSE(app_.select(baking_key(), deadline_));
        warm_up();
        transport_.expect("800c000000", "9000");
        EXPECT_TRUE(app_.deauthorize(deadline_));
    }
}

TEST_F(BakingAppTest, LostSelectionFallsBackToPathAndMessage) {
    for (const auto* status : {"917e", "6982", "9405"}) {
        warm_up();
        transport_.expect(kSign, status);
        transport_.expect(kSelect, "9000");
        transport_.expect(kSign, signature_answer());
        EXPECT_TRUE(sign()) << status;
        transport_.expect(kSign, signature_answer());
        EXPECT_TRUE(sign()) << status;
        transport_.expect("800c000000", "9000");
        EXPECT_TRUE(app_.deauthorize(deadline_));
    }
}

TEST_F(BakingAppTest, FallsBackOnceAndThenGivesUp) {
    for (const auto status :
         {StatusWord::no_path_or_too_long, StatusWord::unauthorised, StatusWord::parse_error}) {
        warm_up();
        transport_.expect(kSign, status_text(status));
        transport_.expect(kSelect, "9000");
        transport_.expect(kSign, status_text(status));
        EXPECT_EQ(sign().error().code, status);
    }
}

TEST_F(BakingAppTest, ColdSignatureIsNotTriedTwice) {
    for (const auto status :
         {StatusWord::no_path_or_too_long, StatusWord::unauthorised, StatusWord::parse_error}) {
        transport_.expect(kSelect, "9000");
        transport_.expect(kSign, status_text(status));
        EXPECT_EQ(sign().error().code, status);
    }
}

TEST_F(BakingAppTest, ARefusedPathPacketEndsTheAttempt) {
    for (const auto status : {StatusWord::bad_parameters, StatusWord::locked}) {
        transport_.expect(kSelect, status_text(status));
        EXPECT_EQ(sign().error().code, status);
    }
    transport_.expect(kSelect, "009000");
    EXPECT_EQ(sign().error().code, Errc::malformed_answer);
}

TEST_F(BakingAppTest, OtherRefusalsAreNotTriedAgainAndKeepTheSelection) {
    warm_up();
    for (const auto status :
         {StatusWord::watermark_or_bad_data, StatusWord::locked, StatusWord::refused_by_user}) {
        transport_.expect(kSign, status_text(status));
        EXPECT_EQ(sign().error().code, status);
        transport_.expect(kSign, signature_answer());
        EXPECT_TRUE(sign());
    }
}

TEST_F(BakingAppTest, UnexpectedRefusalsForgetTheSelection) {
    for (const auto status : {StatusWord::unknown_class,
                              StatusWord::unknown_instruction,
                              StatusWord::crypto_failure,
                              StatusWord{0x6f00}}) {
        warm_up();
        transport_.expect(kSign, status_text(status));
        EXPECT_EQ(sign().error().code, status);
    }
}

TEST_F(BakingAppTest, AnotherKeyOrCurveIsSelectedFirst) {
    warm_up();
    const AuthorizedKey other_curve{Curve::bip25519, DerivationPath::tezos_default()};
    transport_.expect("800f000311" + kPathHex, "9000");
    transport_.expect(kSign, signature_answer());
    EXPECT_TRUE(app_.sign(other_curve, kMessage, deadline_));
    const AuthorizedKey other_path{Curve::bip25519, DerivationPath::root()};
    transport_.expect("800f000309028000002c800006c1", "9000");
    transport_.expect(kSign, signature_answer());
    EXPECT_TRUE(app_.sign(other_path, kMessage, deadline_));
    warm_up();
}

TEST_F(BakingAppTest, EveryCallThatMaySelectForgetsTheSelection) {
    const auto path = DerivationPath::tezos_default();
    const SetupRequest request{kMainnet, Level{1}, Level{2}, Curve::ed25519, path};
    warm_up();
    for (const auto* refusal : {"", "6985", "5515"}) {
        const auto key_answer = *refusal == 0 ? kKeyAnswer : std::string(refusal);
        const auto answer = *refusal == 0 ? std::string("9000") : std::string(refusal);
        const bool good = *refusal == 0;
        transport_.expect("8002000011" + kPathHex, key_answer);
        EXPECT_EQ(app_.public_key(Curve::ed25519, path, deadline_).has_value(), good);
        warm_up();
        transport_.expect("8003000011" + kPathHex, key_answer);
        EXPECT_EQ(app_.prompt_public_key(Curve::ed25519, path, deadline_).has_value(), good);
        warm_up();
        transport_.expect("800a00001d7a06a7700000000100000002" + kPathHex, key_answer);
        EXPECT_EQ(app_.setup(request, deadline_).has_value(), good);
        warm_up();
        transport_.expect("8001000011" + kPathHex, key_answer);
        EXPECT_EQ(app_.authorize(Curve::ed25519, path, deadline_).has_value(), good);
        warm_up();
        transport_.expect("8001000000", key_answer);
        EXPECT_EQ(app_.authorize_again(Curve::ed25519, deadline_).has_value(), good);
        warm_up();
        transport_.expect("800600000400000009", answer);
        EXPECT_EQ(app_.reset(Level{9}, deadline_).has_value(), good);
        warm_up();
        transport_.expect("800c000000", answer);
        EXPECT_EQ(app_.deauthorize(deadline_).has_value(), good);
        warm_up();
        transport_.expect("800e000012" + kPathHex + "aa",
                          good ? to_hex(Bytes(32)) + "9000" : answer);
        EXPECT_EQ(app_.hmac(baking_key(), Bytes{0xaa}, deadline_).has_value(), good);
        warm_up();
        transport_.expect("b0a7000000", answer);
        EXPECT_EQ(app_.quit_app(deadline_).has_value(), good);
        warm_up();
        transport_.expect("e0d800000141", answer);
        EXPECT_EQ(app_.open_app("A", deadline_).has_value(), good);
        warm_up();
    }
}

TEST_F(BakingAppTest, QueriesKeepTheSelection) {
    warm_up();
    transport_.expect("b001000000", "010c54657a6f732042616b696e6705322e352e3101009000");
    transport_.expect("8000000000", "010205019000");
    transport_.expect("8009000000", "76009000");
    transport_.expect("800d000000", "00" + kPathHex + "9000");
    transport_.expect("8007000000", kPathHex + "9000");
    transport_.expect("800b000000", "000001f4000000030000003200000001af1864d99000");
    transport_.expect("8008000000", "00000065000000029000");
    EXPECT_EQ(app_.app_info(deadline_).value().name, kBakingAppName);
    EXPECT_EQ(app_.version(deadline_).value().text(), "2.5.1");
    EXPECT_EQ(app_.git_description(deadline_).value(), "v");
    EXPECT_EQ(app_.authorized_key(deadline_).value(), baking_key());
    EXPECT_EQ(app_.authorized_path(deadline_).value(), baking_key().path);
    EXPECT_EQ(app_.marks(deadline_).value().main.level, Level{500});
    EXPECT_EQ(app_.main_mark(deadline_).value().round, Round{2});
    transport_.expect(kSign, signature_answer());
    EXPECT_TRUE(sign());
}

TEST_F(BakingAppTest, RefusesLongMessagesBeforeAnythingIsSent) {
    const auto signature = app_.sign(baking_key(), Bytes(236), deadline_);
    EXPECT_EQ(signature.error().code, Errc::message_too_long);
    EXPECT_EQ(transport_.sent(), 0U);
}

TEST_F(BakingAppTest, RefusesLevelsThatWouldBlockTheDeviceBeforeAnythingIsSent) {
    const auto path = DerivationPath::tezos_default();
    const SetupRequest main{kMainnet, Level::kEnd, Level{0}, Curve::ed25519, path};
    const SetupRequest test{kMainnet, Level{0}, Level{0xffffffff}, Curve::ed25519, path};
    EXPECT_EQ(app_.setup(main, deadline_).error().code, Errc::bad_level);
    EXPECT_EQ(app_.setup(test, deadline_).error().code, Errc::bad_level);
    EXPECT_EQ(app_.reset(Level::kEnd, deadline_).error().code, Errc::bad_level);
    EXPECT_EQ(transport_.sent(), 0U);
}

TEST_F(BakingAppTest, ASignatureOfAnotherDigestIsNeverGiven) {
    warm_up();
    transport_.expect(kSign, to_hex(Bytes(32, 1)) + to_hex(Bytes(64, 0x5a)) + "9000");
    EXPECT_EQ(sign().error().code, Errc::malformed_answer);
    warm_up();
}

TEST_F(BakingAppTest, MalformedAnswersAreErrorsWithTheInstructionsName) {
    warm_up();
    transport_.expect(kSign, "9000");
    const auto error = sign().error();
    EXPECT_EQ(error.code, Errc::malformed_answer);
    EXPECT_TRUE(error.detail.starts_with("SIGN"));
    warm_up();
    transport_.expect(kSign, "90");
    EXPECT_EQ(sign().error().code, Errc::malformed_answer);
    warm_up();
}

TEST_F(BakingAppTest, DriverErrorsComeUpUnchanged) {
    for (const auto code : {driver::Errc::timed_out, driver::Errc::disconnected}) {
        warm_up();
        transport_.expect_failure(kSign, code);
        EXPECT_EQ(sign().error().code, code);
        transport_.expect_failure("800b000000", code);
        EXPECT_EQ(app_.marks(deadline_).error().code, code);
    }
}

TEST_F(BakingAppTest, StatusWordsComeUpWithTheirNumber) {
    transport_.expect("800b000000", "6f42");
    const auto error = app_.marks(deadline_).error();
    EXPECT_EQ(error.code.value(), 0x6f42);
    EXPECT_EQ(error.detail, "QUERY_ALL_HWM answered 6f42");
}

TEST_F(BakingAppTest, NoAuthorisedKeyIsNoErrorInEitherRelease) {
    transport_.expect("800d000000", "6a88");
    transport_.expect("800d000000", "00009000");
    EXPECT_EQ(app_.authorized_key(deadline_).value(), std::nullopt);
    EXPECT_EQ(app_.authorized_key(deadline_).value(), std::nullopt);
}

// It cannot bake, so it is as good as none; its path still shows that it is there.
TEST_F(BakingAppTest, ATz4KeyIsAsGoodAsNone) {
    transport_.expect("800d000000", "04048000002c800006c180000000800000009000");
    transport_.expect("8007000000", "048000002c800006c180000000800000009000");
    EXPECT_EQ(app_.authorized_key(deadline_).value(), std::nullopt);
    EXPECT_TRUE(app_.authorized_path(deadline_).value());
    transport_.expect("800d000000", "04ff9000");
    EXPECT_EQ(app_.authorized_key(deadline_).error().code, Errc::malformed_answer);
}

TEST(CheckBakingApp, NamesWhatIsOpenInstead) {
    EXPECT_TRUE(check_baking_app({"Tezos Baking", "2.5.1"}));
    const auto wrong = check_baking_app({"Bitcoin", "2.1.0"});
    EXPECT_EQ(wrong.error().code, Errc::wrong_app);
    EXPECT_EQ(wrong.error().detail, "'Bitcoin' is open");
    EXPECT_EQ(check_baking_app({"BOLOS", "1.6.0"}).error().code, Errc::no_app_open);
}

}  // namespace
}  // namespace ledger_bridge::apdu
