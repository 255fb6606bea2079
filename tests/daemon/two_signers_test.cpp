// Two devices of one seed, each with its signer on a thread of its own, over one store: both
// devices sign, one signature leaves.
#include <latch>
#include <memory>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "daemon/errors.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "daemon/mark_keeper.hpp"
#include "daemon/signer.hpp"
#include "tests/daemon/desk.hpp"
#include "tests/floor/messages.hpp"

namespace ledger_bridge::daemon::test {
namespace {

using floor::test::Block;
using floor::test::Vote;

// Lets the store go on only when every device has answered to its message.
class Signed {
public:
    void expect(std::ptrdiff_t devices) { latch_ = std::make_unique<std::latch>(devices); }
    void one() { latch_->count_down(); }
    void wait_for_all() { latch_->wait(); }

private:
    std::unique_ptr<std::latch> latch_;
};

class TellingTransport final : public driver::Transport {
public:
    TellingTransport(std::unique_ptr<driver::Transport> inner, Signed& told)
        : inner_(std::move(inner)), told_(told) {}

    Result<Bytes> exchange(ByteView apdu, const Deadline& deadline) override {
        constexpr std::uint8_t kLastPacket = 0x81;
        auto answer = inner_->exchange(apdu, deadline);
        if (apdu[2] == kLastPacket) {
            told_.one();
        }
        return answer;
    }
    Result<std::size_t> drain(Duration quiet) override { return inner_->drain(quiet); }
    void cancel() override { inner_->cancel(); }

private:
    std::unique_ptr<driver::Transport> inner_;
    Signed& told_;
};

// A device, its session and its signer.
class Seat {
public:
    Seat(floor::StoreThread& store, Signed& told)
        : session_(
              {.device = "desk"},
              [this, &told](const Deadline& deadline) -> Result<OpenedDevice> {
                  auto opened = desk_.opener()(deadline);
                  opened->transport =
                      std::make_unique<TellingTransport>(std::move(opened->transport), told);
                  return opened;
              },
              {.admit = mark_keeper(store, desk_.clock())},
              desk_.clock()),
          signer_({}, session_, store, desk_.clock(), [](const SignatureReport&) {}) {
        desk_.authorise(100);
        get_ready();
    }

    void get_ready() {
        while (!session_.snapshot()->serves()) {
            desk_.clock().advance_to(session_.next_step());
            session_.step(Deadline::after(desk_.clock(), std::chrono::seconds{15}));
        }
    }

    Result<apdu::Signature> sign(const Bytes& message) {
        const auto now = desk_.clock().now();
        const SignJob job({.key = session_.snapshot()->facts->key->hash(),
                           .message = message,
                           .received = now,
                           .deadline = Deadline(desk_.clock(), now + std::chrono::seconds{4})},
                          [](const Result<apdu::Signature>&) {});
        return signer_.sign(job, [this](TimePoint until) { desk_.clock().advance_to(until); });
    }

    std::uint64_t signatures() { return desk_.device().signatures(); }

private:
    Desk desk_;
    DeviceSession session_;
    Signer signer_;
};

class TwoSigners : public testing::Test {
protected:
    std::unique_ptr<floor::StoreThread> open() {
        auto store =
            std::make_unique<FailingStore>(std::move(*floor::open_sqlite_store(directory_.path())));
        store->before_commit = [this] { told_.wait_for_all(); };
        return std::move(*floor::StoreThread::start(std::move(store), clock_));
    }

    // What both were asked at one time got.
    std::pair<Result<apdu::Signature>, Result<apdu::Signature>> race(const Bytes& first,
                                                                     const Bytes& second) {
        told_.expect(2);
        Result<apdu::Signature> other = fail(Errc::stopping);
        std::thread there([&] { other = seats_.second->sign(second); });
        auto one = seats_.first->sign(first);
        there.join();
        seats_.first->get_ready();
        seats_.second->get_ready();
        return {std::move(one), std::move(other)};
    }

    static Bytes message(floor::Kind kind, std::uint32_t level, std::uint8_t salt) {
        constexpr std::size_t kHash = 12;  // a byte of the branch, or of the block before
        auto bytes = bytes_of(kind, level);
        bytes.at(kHash) = salt;
        return bytes;
    }

    static Bytes bytes_of(floor::Kind kind, std::uint32_t level) {
        if (kind == floor::Kind::block) {
            return Block{.level = level, .fitness_level = level}.bytes();
        }
        const bool attests = kind == floor::Kind::attestation;
        return Vote{.magic = static_cast<std::uint8_t>(attests ? 0x13 : 0x12),
                    .operation = static_cast<std::uint8_t>(attests ? 0x15 : 0x14),
                    .level = level}
            .bytes();
    }

    floor::test::TemporaryDirectory directory_;
    HandClock clock_;
    Signed told_;
    std::unique_ptr<floor::StoreThread> store_ = open();
    std::pair<std::unique_ptr<Seat>, std::unique_ptr<Seat>> seats_{
        std::make_unique<Seat>(*store_, told_), std::make_unique<Seat>(*store_, told_)};
};

TEST_F(TwoSigners, OneOfTwoConflictingMessagesWinsThoughBothDevicesSigned) {
    std::uint64_t rounds = 0;
    for (std::uint32_t level = 101; level <= 120; ++level) {
        for (const auto kind :
             {floor::Kind::block, floor::Kind::preattestation, floor::Kind::attestation}) {
            const auto [one, other] = race(message(kind, level, 1), message(kind, level, 2));
            ++rounds;
            ASSERT_NE(one.operator bool(), other.operator bool()) << level;
            EXPECT_EQ((one ? other : one).error().code,
                      make_error_code(floor::Errc::commit_conflict));
            ASSERT_EQ(seats_.first->signatures(), rounds);
            ASSERT_EQ(seats_.second->signatures(), rounds);
        }
    }
}

TEST_F(TwoSigners, TheSameMessageIsGivenByBoth) {
    const auto vote = message(floor::Kind::attestation, 101, 1);
    const auto [one, other] = race(vote, vote);
    ASSERT_TRUE(one && other);
    EXPECT_EQ(*one, *other);
    EXPECT_EQ(seats_.first->signatures() + seats_.second->signatures(), 2U);
}

}  // namespace
}  // namespace ledger_bridge::daemon::test
