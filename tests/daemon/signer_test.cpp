// The signing path with each of its steps failing in turn, at a device that behaves.
#include "daemon/signer.hpp"

#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apdu/errors.hpp"
#include "apdu/status_word.hpp"
#include "daemon/errors.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "daemon/http/answers.hpp"
#include "daemon/mark_keeper.hpp"
#include "tests/daemon/desk.hpp"
#include "tests/floor/messages.hpp"

namespace ledger_bridge::daemon::test {
namespace {

using floor::test::Block;
using floor::test::Vote;

constexpr std::uint32_t kMainnet = 0x7a06a770;
constexpr std::uint32_t kGhostnet = 0xaf1864d9;

// What a client reads of the device's mark: the words of Octez, both marks, and what the mark of
// the device was taken for at the start.
std::string by_device(std::string_view octez, std::string_view host, std::string_view device) {
    return fmt::format(
        "{}; refused by the device's mark; host's mark {}, levels up to 100 taken as used from the "
        "main mark (100,0) of masculine-pig-stupendous-dugong, device's mark {}",
        octez,
        host,
        device);
}

constexpr auto* kDeviceWatermark =
    ": the device's own watermark refuses this; wait until the chain is above the mark, or lower "
    "it "
    "with reset-hwm if it is wrong";

class SignerTest : public testing::Test {
protected:
    void SetUp() override {
        desk_.authorise(100);
        step();
        ASSERT_TRUE(session_.snapshot()->serves());
        key_ = session_.snapshot()->facts->key;
        while (floor_->devices().empty()) {  // no reading waits for that write
            std::this_thread::yield();
        }
    }

    void step() {
        desk_.clock().advance_to(session_.next_step());
        session_.step(Deadline::after(desk_.clock(), std::chrono::seconds{15}));
    }

    std::unique_ptr<floor::StoreThread> open_store() {
        auto inner = floor::open_sqlite_store(directory_.path());
        auto failing = std::make_unique<FailingStore>(std::move(*inner));
        store_ = failing.get();
        return std::move(*floor::StoreThread::start(
            std::move(failing), desk_.clock(), {.probe_every = std::chrono::milliseconds{1}}));
    }

    Result<apdu::Signature> sign(const Bytes& message, Duration time = std::chrono::seconds{4}) {
        const auto now = desk_.clock().now();
        SignJob job({.key = key_->hash(),
                     .message = message,
                     .received = now,
                     .deadline = Deadline(desk_.clock(), now + time)},
                    [](const Result<apdu::Signature>&) {});
        return signer_.sign(job, [this](TimePoint until) { desk_.clock().advance_to(until); });
    }

    static Bytes attestation(std::uint32_t level, std::uint32_t round = 0, std::uint8_t dal = 0) {
        return Vote{.operation = 0x17, .level = level, .round = round, .dal = {dal}}.bytes();
    }

    static Bytes preattestation(std::uint32_t level) {
        return Vote{.magic = 0x12, .operation = 0x14, .level = level, .round = 0}.bytes();
    }

    // What a client reads.
    static std::string told(const Error& error) {
        return nlohmann::json::parse(error_answer(error).body).at(0).at("msg");
    }

    std::optional<floor::SignedMark> mark(floor::Kind kind = floor::Kind::attestation) const {
        return floor_->find({key_->hash(), apdu::kMainnet, kind});
    }

    std::uint64_t signatures() { return desk_.device().signatures(); }

    floor::test::TemporaryDirectory directory_;
    Desk desk_;
    FailingStore* store_ = nullptr;
    std::unique_ptr<floor::StoreThread> floor_ = open_store();
    std::vector<SignatureReport> reports_;
    DeviceSession session_{{.device = "desk"},
                           desk_.opener(),
                           {.admit = mark_keeper(*floor_, desk_.clock())},
                           desk_.clock()};
    Signer signer_{{}, session_, *floor_, desk_.clock(), [this](const SignatureReport& report) {
                       reports_.push_back(report);
                   }};
    std::optional<apdu::PublicKey> key_;
};

TEST_F(SignerTest, AWarmSignatureIsOneApduAndVerifies) {
    const auto before = desk_.apdus();
    const auto message = attestation(101);
    const auto signature = sign(message);
    ASSERT_TRUE(signature) << signature.error().text();
    EXPECT_EQ(desk_.apdus() - before, 1U);
    EXPECT_TRUE(apdu::verify(*key_, apdu::blake2b_256(message), *signature));
    ASSERT_EQ(reports_.size(), 1U);
    EXPECT_EQ(reports_.front().payload.level.value, 101U);
}

TEST_F(SignerTest, TheMarkAndTheSignatureAreKept) {
    const auto signature = sign(attestation(101, 2));
    ASSERT_TRUE(signature);
    EXPECT_EQ(mark()->position, (floor::Position{{101}, {2}}));
    EXPECT_EQ(mark()->signature, *signature);
    floor_ = nullptr;
    floor_ = open_store();
    EXPECT_EQ(mark()->signature, *signature) << "after a restart";
}

TEST_F(SignerTest, TheSameBytesGetTheSameSignatureWithoutTheDevice) {
    const auto first = sign(attestation(101));
    const auto before = desk_.apdus();
    const auto second = sign(attestation(101));
    ASSERT_TRUE(first && second);
    EXPECT_EQ(*first, *second);
    EXPECT_EQ(desk_.apdus(), before);
}

TEST_F(SignerTest, AllThreeKindsOfOneLevelAreSigned) {
    EXPECT_TRUE(sign(Block{.level = 101, .fitness_level = 101}.bytes()));
    EXPECT_TRUE(sign(Vote{.magic = 0x12, .operation = 0x14, .level = 101, .round = 0}.bytes()));
    EXPECT_TRUE(sign(attestation(101)));
    EXPECT_EQ(signatures(), 3U);
}

TEST_F(SignerTest, ADoubleIsRefusedWithoutTheDevice) {
    ASSERT_TRUE(sign(attestation(101, 1, 0)));
    const auto before = desk_.apdus();
    for (const auto& message :
         {attestation(101, 1, 1), attestation(101, 0, 0), attestation(100, 5, 0)}) {
        const auto refused = sign(message);
        ASSERT_FALSE(refused);
    }
    EXPECT_EQ(sign(attestation(101, 1, 1)).error().code,
              make_error_code(floor::Errc::different_data));
    EXPECT_EQ(desk_.apdus(), before);
}

TEST_F(SignerTest, RefusedMessagesReachNeitherStoreNorDevice) {
    const auto before = desk_.apdus();
    const auto refused = [this](Bytes message) {
        const auto result = sign(message);
        return result ? std::string("signed") : result.error().id();
    };
    auto wrong_magic = attestation(101);
    wrong_magic.front() = 0x05;
    EXPECT_EQ(refused(wrong_magic), "magic_byte");
    EXPECT_EQ(refused({0x13, 0x00}), "bad_message");
    EXPECT_EQ(refused({}), "bad_body");
    EXPECT_EQ(refused(attestation(0x40000000)), "level_out_of_range");
    EXPECT_EQ(refused(Vote{.chain = kGhostnet, .level = 101}.bytes()), "chain_refused");
    EXPECT_EQ(desk_.apdus(), before);
    EXPECT_TRUE(floor_->marks().empty());
}

TEST_F(SignerTest, ANodesHeadHoldsTheFirstSignatureAndNoLaterOne) {
    SignerOptions options;
    options.head = [](const apdu::ChainId& chain) {
        return chain == apdu::kMainnet
                   ? std::optional(node::NodeHead{{1000}, chain, std::chrono::seconds{12}})
                   : std::nullopt;
    };
    const Signer held(options, session_, *floor_, desk_.clock(), [](const SignatureReport&) {});
    const auto rules = [&](const Bytes& message) {
        const auto ruled = held.rule(key_->hash(), message, apdu::kMainnet);
        return ruled ? std::string("ok") : ruled.error().id();
    };
    EXPECT_EQ(rules(attestation(1004)), "ok");
    EXPECT_EQ(rules(attestation(1005)), "level_jump");
    ASSERT_TRUE(sign(attestation(1004)));
    EXPECT_EQ(rules(attestation(2004)), "ok") << "now the last level counts";
    EXPECT_EQ(rules(attestation(2005)), "level_jump");
}

TEST_F(SignerTest, AnAbsurdLevelIsRefusedOnceSomethingWasSigned) {
    ASSERT_TRUE(sign(attestation(10'000'000)));
    EXPECT_EQ(sign(attestation(10'002'000)).error().code, make_error_code(floor::Errc::level_jump));
    EXPECT_TRUE(sign(attestation(10'000'900)));
}

TEST_F(SignerTest, AFailingCommitDestroysTheSignature) {
    store_->full = true;
    const auto refused = sign(attestation(101));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(floor::Errc::store_unavailable));
    EXPECT_FALSE(mark().has_value());
    EXPECT_TRUE(reports_.empty());
}

TEST_F(SignerTest, WhileTheStoreFailsTheDeviceIsNotAsked) {
    store_->full = true;
    ASSERT_FALSE(sign(attestation(101)));
    const auto before = signatures();
    const auto refused = sign(attestation(102));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::store_not_ready));
    EXPECT_EQ(signatures(), before);
}

TEST_F(SignerTest, ASignatureWhoseCommitFailedIsGoneAndTheAnswerSaysSo) {
    store_->full = true;
    ASSERT_FALSE(sign(attestation(101)));
    store_->full = false;
    desk_.clock().advance(std::chrono::seconds{1});
    while (floor_->state() != "ok") {
    }
    step();
    const auto before = desk_.apdus();
    for (const auto& message : {attestation(101), attestation(101, 7), attestation(101, 0, 9)}) {
        const auto again = sign(message);
        ASSERT_FALSE(again) << "the device has signed something there that nobody knows";
        EXPECT_EQ(again.error().code, make_error_code(floor::Errc::not_above_watermark));
        EXPECT_NE(again.error().detail.find("levels up to 101 taken as used from the main mark "
                                            "(101,0) of masculine-pig-stupendous-dugong"),
                  std::string::npos)
            << again.error().detail;
    }
    EXPECT_EQ(desk_.apdus(), before);
    EXPECT_TRUE(sign(attestation(102)));
}

TEST_F(SignerTest, AnotherSignerOfTheSameStoreWinsBeforeTheRelease) {
    // Another instance commits another message of this position; this one's copy is stale.
    const floor::MarkKey place{key_->hash(), apdu::kMainnet, floor::Kind::attestation};
    auto other = floor::open_sqlite_store(directory_.path());
    ASSERT_TRUE(other);
    const auto theirs = apdu::blake2b_256(attestation(101, 0, 7));
    ASSERT_TRUE((*other)->commit(place, {{101}, {0}}, theirs, WallTime{}));
    const auto refused = sign(attestation(101, 0, 8));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(floor::Errc::commit_conflict));
    EXPECT_EQ(
        told(refused.error()),
        "attestation level 101 and round 0 already signed with different data; refused by the "
        "host's signed mark; asked for digest " +
            to_hex(apdu::blake2b_256(attestation(101, 0, 8))) + ", stored is " + to_hex(theirs) +
            "; host's mark (101,0), device's mark (101,0): the store already holds a mark "
            "that forbids this one; look for a second signer that uses this store");
    EXPECT_EQ(signatures(), 1U) << "the device signed side by side; nothing was released";
    EXPECT_EQ(mark()->digest, theirs);
}

TEST_F(SignerTest, ACableBackInTimeIsMadeUpFor) {
    desk_.fail_next_sign(Fault::lost_before);
    const auto signature = sign(attestation(101));
    ASSERT_TRUE(signature) << signature.error().text();
    EXPECT_EQ(signatures(), 1U);
}

TEST_F(SignerTest, ASignatureLostOnTheWireIsNamedAndTheMarkStays) {
    desk_.fail_next_sign(Fault::lost_after);
    const auto lost = sign(attestation(101));
    ASSERT_FALSE(lost);
    EXPECT_EQ(mark()->position.level.value, 101U);
    EXPECT_FALSE(mark()->signature);
    EXPECT_EQ(sign(attestation(101, 0, 9)).error().code,
              make_error_code(floor::Errc::different_data));
    EXPECT_TRUE(sign(attestation(102)));
}

TEST_F(SignerTest, ACorruptSignatureIsNeverReleased) {
    desk_.fail_next_sign(Fault::corrupt);
    EXPECT_FALSE(sign(attestation(101)));
    EXPECT_FALSE(mark()->signature);
    EXPECT_TRUE(sign(attestation(102))) << "the session came back by itself";
}

TEST_F(SignerTest, ASilentDeviceIsGivenUpAfterItsTime) {
    desk_.fail_next_sign(Fault::silent);
    const auto before = desk_.clock().now();
    EXPECT_FALSE(sign(attestation(101)));
    EXPECT_LE(desk_.clock().now() - before, std::chrono::seconds{16});
    EXPECT_TRUE(sign(attestation(102)));
}

TEST_F(SignerTest, APowerCutBetweenTwoSignaturesCostsApdusNotTheSignature) {
    ASSERT_TRUE(sign(attestation(101)));
    desk_.device().power_cycle(emulator::AppId::baking);
    EXPECT_TRUE(sign(attestation(102))) << "the app lost its selection: path and message again";
}

TEST_F(SignerTest, AnotherKeyBehindOurBackSignsNothing) {
    desk_.authorise(100, kMainnet, 1);  // secp256k1 now
    const auto before = signatures();
    const auto refused = sign(attestation(101));
    ASSERT_FALSE(refused);
    EXPECT_EQ(signatures(), before);
    step();
    EXPECT_EQ(sign(attestation(101)).error().code, make_error_code(Errc::unauthorised))
        << "the device is now identified with its new key";
}

TEST_F(SignerTest, TheDevicesOwnMarkRefusesWithItsName) {
    desk_.authorise(500);  // somebody raised it behind our back
    const auto unknown = sign(attestation(200));
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, make_error_code(floor::Errc::device_watermark));
    EXPECT_EQ(told(unknown.error()),
              by_device("attestation level 200 below high watermark 500", "none", "(500,0)") +
                  kDeviceWatermark);
    EXPECT_EQ(floor_->adopted(key_->hash(), apdu::kMainnet)->level.value, 500U) << "read at once";
    const auto before = desk_.apdus();
    EXPECT_FALSE(sign(attestation(201)));
    EXPECT_EQ(desk_.apdus(), before) << "known by now: not asked";
    EXPECT_TRUE(sign(attestation(501)));
}

// The ordinary case: only the device can know, and its word for it says no more than "no".
TEST_F(SignerTest, APreattestationAfterTheAttestationIsRefusedInTheWordsOfOctez) {
    ASSERT_TRUE(sign(attestation(101)));
    const auto before = desk_.apdus();
    const auto refused = sign(preattestation(101));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(floor::Errc::device_watermark));
    const auto* const octez =
        "preattestation level 101 and round 0 not above high watermark (101,0)";
    EXPECT_EQ(told(refused.error()), by_device(octez, "none", "(101,0)") + kDeviceWatermark);
    EXPECT_EQ(desk_.apdus() - before, 2U) << "the message, and the marks as after every refusal";
    EXPECT_EQ(told(sign(preattestation(101)).error()),
              by_device(octez, "(101,0)", "(101,0)") +
                  ": the Ledger refuses this message, which was sent to it before: it may have "
                  "signed it, but the signature was lost on the way; nothing to do: this one "
                  "signature cannot be made again, the next will be");
}

// The same word says that the data is not valid: no mark is blamed that would have let it pass.
TEST_F(SignerTest, ARefusalAboveTheDevicesMarkBlamesNoMark) {
    desk_.fail_next_sign(Fault::refused);
    const auto refused = sign(attestation(101));
    ASSERT_FALSE(refused);
    EXPECT_EQ(told(refused.error()),
              "the device refused: its high watermark forbids this signature, or the data is not "
              "valid (attestation level 101 and round 0 is above the device's mark as far as it is "
              "known; host's mark none, levels up to 100 taken as used from the main mark (100,0) "
              "of masculine-pig-stupendous-dugong, device's mark (100,0)); compare with the marks "
              "that 'ledgerctl status' shows; reset-hwm can move them");
    EXPECT_TRUE(sign(attestation(102)));
}

TEST_F(SignerTest, AJobPastItsDeadlineIsNeverSent) {
    const auto before = desk_.apdus();
    const auto late = sign(attestation(101), Duration{0});
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, make_error_code(Errc::deadline_passed));
    EXPECT_EQ(desk_.apdus(), before);
    EXPECT_FALSE(mark().has_value());
}

TEST_F(SignerTest, ALockedDeviceIsAnsweredAtOnceAndServesAfterUnlocking) {
    desk_.device().lock();
    const auto locked = sign(attestation(101));
    ASSERT_FALSE(locked);
    EXPECT_EQ(locked.error().code, make_error_code(apdu::StatusWord::locked));
    desk_.device().unlock();
    step();
    EXPECT_TRUE(sign(attestation(101))) << "the same bytes: nothing was signed before";
}

}  // namespace
}  // namespace ledger_bridge::daemon::test
