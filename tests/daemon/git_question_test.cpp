// The one question that only people want answered: whatever an app does with it, it is usable.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "apdu/status_word.hpp"
#include "daemon/device_session.hpp"
#include "driver/errors.hpp"
#include "tests/daemon/desk.hpp"

namespace ledger_bridge::daemon::test {
namespace {

constexpr std::uint8_t kGit = 0x09;
constexpr std::uint8_t kSelect = 0x0f;

Bytes status_only(apdu::StatusWord status) {
    return ByteWriter().u16(static_cast<std::uint16_t>(status)).take();
}

// The desk's device, but for its answer to GIT.
struct OtherGit {
    std::optional<Result<Bytes>> answer = std::nullopt;
    std::vector<std::uint8_t> asked = {};  // INS of every APDU, in order

    [[nodiscard]] std::ptrdiff_t times() const {
        return std::count(asked.begin(), asked.end(), kGit);
    }
};

class OtherGitTransport final : public driver::Transport {
public:
    OtherGitTransport(std::unique_ptr<driver::Transport> inner, OtherGit& git)
        : inner_(std::move(inner)), git_(git) {}

    Result<Bytes> exchange(ByteView apdu, const Deadline& deadline) override {
        git_.asked.push_back(apdu[1]);
        if (apdu[1] != kGit || !git_.answer) {
            return dead_ ? Result<Bytes>(fail(driver::Errc::disconnected))
                         : inner_->exchange(apdu, deadline);
        }
        dead_ = !*git_.answer;
        return *git_.answer;
    }
    Result<std::size_t> drain(Duration quiet) override { return inner_->drain(quiet); }
    void cancel() override { inner_->cancel(); }

private:
    std::unique_ptr<driver::Transport> inner_;
    OtherGit& git_;
    bool dead_ = false;
};

Opener opener_of(Desk& desk, OtherGit& git) {
    return [&desk, &git, open = desk.opener()](const Deadline& deadline) {
        auto opened = open(deadline);
        if (opened) {
            opened->transport =
                std::make_unique<OtherGitTransport>(std::move(opened->transport), git);
        }
        return opened;
    };
}

class GitQuestionTest : public testing::Test {
protected:
    GitQuestionTest() { desk_.authorise(100); }

    void step() {
        desk_.clock().advance_to(session_.next_step());
        session_.step(Deadline::after(desk_.clock(), std::chrono::seconds{15}));
    }
    std::string state() const { return std::string(state_name(session_.snapshot()->state)); }
    std::string git() const { return session_.snapshot()->facts->git; }

    Desk desk_;
    OtherGit other_;
    DeviceSession session_{{.device = "desk"}, opener_of(desk_, other_), {}, desk_.clock()};
};

TEST_F(GitQuestionTest, IsAskedOnceBeforeTheKeyIsSelected) {
    step();
    EXPECT_EQ(git(), "v2.5.1-0-g50ec8cfc");
    ASSERT_EQ(other_.times(), 1);
    EXPECT_EQ(*(other_.asked.end() - 2), kGit);
    EXPECT_EQ(other_.asked.back(), kSelect) << "so the first signature is one APDU";
}

// A request may wait for it then.
TEST_F(GitQuestionTest, IsNotAskedAgainWhenTheDeviceComesBack) {
    step();
    desk_.unplug();
    step();
    ASSERT_NE(state(), "ready");
    desk_.plug();
    step();
    ASSERT_EQ(state(), "ready");
    EXPECT_EQ(other_.times(), 1);
    EXPECT_EQ(git(), "v2.5.1-0-g50ec8cfc");
}

TEST_F(GitQuestionTest, ADeviceThatIsLockedMeanwhileIsAskedAgain) {
    other_.answer = Result<Bytes>(status_only(apdu::StatusWord::locked));
    step();
    EXPECT_EQ(state(), "locked");
    other_.answer.reset();
    step();
    EXPECT_EQ(state(), "ready");
    EXPECT_EQ(git(), "v2.5.1-0-g50ec8cfc");
}

struct OtherAnswer {
    const char* what;
    Result<Bytes> answer;
    int steps;  // until it is ready all the same
};

class WithoutGit : public GitQuestionTest, public testing::WithParamInterface<OtherAnswer> {};

TEST_P(WithoutGit, TheDeviceIsReadyAllTheSame) {
    other_.answer = GetParam().answer;
    for (int steps = 1; steps < GetParam().steps; ++steps) {
        step();
        ASSERT_NE(state(), "ready");
    }
    step();
    ASSERT_EQ(state(), "ready");
    EXPECT_EQ(git(), "");
    EXPECT_EQ(other_.times(), 1);
    EXPECT_EQ(other_.asked.back(), kSelect);
}

INSTANTIATE_TEST_SUITE_P(
    GitQuestionTest,
    WithoutGit,
    testing::Values(OtherAnswer{"Refused", status_only(apdu::StatusWord::unknown_instruction), 1},
                    OtherAnswer{"Crashed", status_only(static_cast<apdu::StatusWord>(0x6f00)), 1},
                    OtherAnswer{"Nothing", status_only(apdu::StatusWord::ok), 1},
                    OtherAnswer{"NoText", ByteWriter().u8(0xff).u8(0).u16(0x9000).take(), 1},
                    OtherAnswer{"Silent", fail(driver::Errc::timed_out), 2},
                    OtherAnswer{"Gone", fail(driver::Errc::disconnected), 2}),
    [](const auto& one) { return one.param.what; });

}  // namespace
}  // namespace ledger_bridge::daemon::test
