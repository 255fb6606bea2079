// A delegation at a device that behaves; what it signs and how was recorded of the real app.
#include "daemon/admin/delegation.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "daemon/admin/errors.hpp"
#include "daemon/admin/operations.hpp"
#include "daemon/errors.hpp"
#include "daemon/floor/errors.hpp"
#include "tests/tools/fake_device.hpp"

namespace ledger_bridge::admin {
namespace {

using apdu::Level;
using apdu::Round;
using nlohmann::json;

constexpr auto* kAddress = "tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA";
constexpr std::uint8_t kSign = 0x0f;

struct Recorded {
    std::string operation;  // with its magic byte
    std::string signature;
};

const Recorded& recorded() {
    static const auto found = [] {
        std::ifstream file(TEST_DATA "/transcripts/c_manager_ed25519_2.5.1.json");
        for (const auto& exchange : json::parse(file)) {
            if (exchange.at("name") == "delegation to self, with hash") {
                return Recorded{exchange.at("apdu").get<std::string>().substr(10),
                                exchange.at("response").get<std::string>().substr(64)};
            }
        }
        return Recorded{};
    }();
    return found;
}

class DelegationAtDevice : public testing::Test {
protected:
    DelegationAtDevice() {
        device_.authorized = key_;
        device_.marks = {{Level{50}, Round{3}}, {Level{7}, Round{2}}, apdu::kMainnet};
        device_.signature = *from_hex(recorded().signature);
    }

    Result<json> run(json request) {
        if (!request.contains("operation")) {
            request["operation"] = recorded().operation;
        }
        Operator with{
            .app = app_,
            .signed_marks = [] { return std::vector<floor::StoredMark>{}; },
            .adopted = [] { return std::vector<floor::AdoptedLevel>{}; },
            .keep_setup = [](const auto&, const auto&) { return fail(Errc::bad_request); },
            .handed_over = [this]() -> Result<bool> { return handed_over_; },
            .keep_forgotten = [this](const auto& reading) { return keep(reading); },
            .clock = clock_,
            .device = "tcp://127.0.0.1:9999",
            .name = "masculine-pig-stupendous-dugong",
            .app_info = {"Tezos Baking", "2.5.1"},
            .settle = settle_};
        return run_operation(request, with, [this](const json& e) { events_.push_back(e); });
    }

    Result<void> keep(const floor::DeviceReading& reading) {
        nothing_sent_before_ = device_.count(kSign) == 0 && events_.empty();
        kept_.push_back(reading);
        return keeping_;
    }

    // Refused, with this error, and the device was not asked to sign.
    template <class Code>
    void expect_refused(const json& request, Code code) {
        for (const auto* command : {"plan-delegate", "delegate"}) {
            auto asked = request;
            asked["command"] = command;
            const auto result = run(asked);
            ASSERT_FALSE(result) << asked;
            EXPECT_EQ(result.error().code, make_error_code(code)) << asked;
        }
        EXPECT_EQ(device_.count(kSign), 0);
        EXPECT_TRUE(events_.empty());
    }

    void expect_lost_as(Errc code) {
        device_.loses_answers = true;
        settle_ = [this](const Conclude& conclude) {
            return conclude({device_.authorized, device_.marks});
        };
        EXPECT_EQ(run({{"command", "delegate"}}).error().code, make_error_code(code));
    }

    const apdu::AuthorizedKey key_{apdu::Curve::ed25519, apdu::DerivationPath::tezos_default()};
    SystemClock clock_;
    FakeDevice device_;
    apdu::BakingApp app_{device_};
    Settle settle_;
    bool handed_over_ = false;
    Result<void> keeping_;
    std::vector<floor::DeviceReading> kept_;
    bool nothing_sent_before_ = false;
    std::vector<json> events_;
};

TEST_F(DelegationAtDevice, ShowsThePromptAndGivesWhatANodeInjects) {
    const auto result = run({{"command", "delegate"}, {"key", kAddress}});
    ASSERT_TRUE(result) << result.error().text();
    ASSERT_EQ(events_.size(), 1U);
    EXPECT_EQ(events_[0]["event"], "prompt");
    EXPECT_EQ(events_[0]["instruction"], "SIGN");
    EXPECT_EQ(events_[0]["screens"], (*result)["screens"]);
    EXPECT_EQ((*result)["address"], kAddress);
    EXPECT_EQ((*result)["fee"], 1000);
    EXPECT_EQ((*result)["reveals"], false);
    EXPECT_EQ((*result)["signed_operation"], recorded().operation.substr(2) + recorded().signature);
    const auto signature = apdu::parse_signature((*result)["signature"].get<std::string>());
    ASSERT_TRUE(signature);
    EXPECT_EQ(to_hex(signature->raw), recorded().signature);
    EXPECT_TRUE((*result)["signature"].get<std::string>().starts_with("edsig"));
}

TEST_F(DelegationAtDevice, APlanAsksNobody) {
    const auto plan = run({{"command", "plan-delegate"}});
    ASSERT_TRUE(plan);
    EXPECT_EQ((*plan)["screens"].size(), 6U);
    EXPECT_FALSE(plan->contains("signature"));
    EXPECT_EQ(device_.count(kSign), 0);
    EXPECT_TRUE(events_.empty());
}

// 03 in front may be there or not, also where the branch itself begins with 03.
TEST_F(DelegationAtDevice, TheMagicByteMayBeLeftOut) {
    auto branch_of_03 = recorded().operation;
    branch_of_03.replace(2, 2, "03");
    for (const auto& whole : {recorded().operation, branch_of_03}) {
        for (const auto& given : {whole, whole.substr(2)}) {
            EXPECT_TRUE(run({{"command", "plan-delegate"}, {"operation", given}})) << given;
        }
    }
    expect_refused({{"operation", ""}}, Errc::no_self_delegation);
    expect_refused({{"operation", "03" + recorded().operation}}, Errc::no_self_delegation);
}

TEST_F(DelegationAtDevice, OtherOperationsDoNotReachTheDevice) {
    auto transaction = recorded().operation;
    transaction.replace(66, 2, "6c");
    auto withdrawal = recorded().operation;
    withdrawal.replace(withdrawal.size() - 44, 44, "00");
    for (const auto& operation : {transaction, withdrawal, recorded().operation + "00"}) {
        expect_refused({{"operation", operation}}, Errc::no_self_delegation);
    }
    const auto request = json{{"command", "delegate"}, {"operation", transaction.substr(2)}};
    EXPECT_NE(run(request).error().detail.find("0x6c (a transaction)"), std::string::npos);
}

TEST_F(DelegationAtDevice, OfAnotherKeyThanTheAuthorisedOneIsRefused) {
    expect_refused({{"key", "tz2Q3U8EbGayZzK2Vwap5JQJFmJEbwURe77o"}}, Errc::other_key_authorised);
    expect_refused({{"curve", "P-256"}}, Errc::other_key_authorised);
    expect_refused({{"path", "44h/1729h/1h/0h"}}, Errc::other_key_authorised);
    device_.authorized.reset();
    expect_refused(json::object(), Errc::no_authorized_key);
}

// The app would forget the round of the mark of every chain.
TEST_F(DelegationAtDevice, IsRefusedWhereTheDeviceHasOneMarkForEveryChain) {
    device_.marks.chain = {};
    expect_refused(json::object(), daemon::Errc::reveal_unsafe);
}

TEST_F(DelegationAtDevice, WhatTheDeviceWillForgetIsKeptBeforeItIsAsked) {
    ASSERT_TRUE(run({{"command", "delegate"}}));
    ASSERT_EQ(kept_.size(), 1U);
    EXPECT_TRUE(nothing_sent_before_);
    EXPECT_EQ(kept_[0].key.text(), kAddress);
    EXPECT_EQ(kept_[0].marks.test, (apdu::Mark{Level{7}, Round{2}}));
}

TEST_F(DelegationAtDevice, IsNotAskedForWhenThatCannotBeKept) {
    keeping_ = fail(floor::Errc::store_unavailable);
    const auto result = run({{"command", "delegate"}});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, make_error_code(floor::Errc::store_unavailable));
    EXPECT_EQ(device_.count(kSign), 0);
    EXPECT_TRUE(events_.empty());
}

TEST_F(DelegationAtDevice, IsRefusedWhenAnotherSignerGoesOnFromHere) {
    handed_over_ = true;
    expect_refused(json::object(), floor::Errc::handed_over);
    EXPECT_TRUE(kept_.empty());
}

TEST_F(DelegationAtDevice, ASignatureThatDoesNotFitIsNotGiven) {
    device_.signature[5] ^= 1U;
    EXPECT_EQ(run({{"command", "delegate"}}).error().code,
              make_error_code(daemon::Errc::wrong_signature));
}

TEST_F(DelegationAtDevice, RejectionIsSaid) {
    device_.rejects = true;
    EXPECT_EQ(run({{"command", "delegate"}}).error().id(), "refused_by_user");
}

TEST_F(DelegationAtDevice, OnlyTheRoundOfTheTestMarkMayGoToZero) {
    const auto before = device_.marks;
    EXPECT_TRUE(run({{"command", "delegate"}})) << "to 0";
    EXPECT_EQ(device_.marks.test.round, Round{0});
    device_.marks = before;
    device_.round_after_signing = before.test.round;
    EXPECT_TRUE(run({{"command", "delegate"}})) << "as it was";
    const apdu::DeviceMarks others[] = {
        {before.main, {Level{7}, Round{1}}, before.chain},
        {before.main, {Level{6}, Round{0}}, before.chain},
        {{Level{50}, Round{0}}, before.test, before.chain},
        {before.main, before.test, apdu::kGhostnet},
    };
    for (const auto& other : others) {
        device_.marks = before;
        device_.on_prompt = [&] {
            device_.marks = other;
            device_.round_after_signing = other.test.round;
        };
        EXPECT_EQ(run({{"command", "delegate"}}).error().code,
                  make_error_code(Errc::read_back_differs));
    }
}

TEST_F(DelegationAtDevice, OfALostAnswerItIsSaidThatTheSameCanBeAskedAgain) {
    expect_lost_as(Errc::delegation_lost);
    device_.rejects = true;
    expect_lost_as(Errc::delegation_lost);
    device_.on_prompt = [this] { device_.authorized.reset(); };
    expect_lost_as(Errc::read_back_differs);
}

TEST_F(DelegationAtDevice, APersonHasTwoMinutesWhereADaemonWaitsAndElseNoEnd) {
    ASSERT_TRUE(run({{"command", "delegate"}}));
    EXPECT_GT(*device_.time_to_sign, std::chrono::hours{24});
    settle_ = [](const Conclude& /*conclude*/) { return fail(Errc::bad_request); };
    ASSERT_TRUE(run({{"command", "delegate"}}));
    EXPECT_LE(*device_.time_to_sign, kDelegationTime);
    EXPECT_GT(*device_.time_to_sign, kDelegationTime / 2);
}

}  // namespace
}  // namespace ledger_bridge::admin
