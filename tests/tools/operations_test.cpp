#include "daemon/admin/operations.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "daemon/admin/errors.hpp"
#include "daemon/admin/used_levels.hpp"
#include "daemon/floor/adoption.hpp"
#include "daemon/floor/errors.hpp"
#include "tests/tools/fake_device.hpp"

namespace ledger_bridge::admin {
namespace {

using apdu::Level;
using nlohmann::json;

constexpr std::uint8_t kSetup = 0x0a;
constexpr std::uint8_t kReset = 0x06;

floor::StoredMark stored(std::uint32_t level,
                         apdu::ChainId chain = apdu::kMainnet,
                         apdu::KeyHash key = fake_key().hash()) {
    return {{key, chain, floor::Kind::attestation}, {{Level{level}, {}}, {}, {}, {}}};
}

floor::AdoptedLevel adopted(std::uint32_t level, apdu::KeyHash key = fake_key().hash()) {
    return {"some-device",
            key,
            floor::main_scope(apdu::kMainnet),
            Level{level},
            fmt::format("the main mark ({},0)", level),
            {}};
}

class Operations : public testing::Test {
protected:
    Operator context() {
        return {.app = app_,
                .signed_marks = [this]() { return marks_; },
                .adopted = [this]() { return adopted_; },
                .keep_setup =
                    [this](const auto& reading, const auto& foreseen) {
                        auto all = floor::check_foreseen(reading, foreseen, *adopted_);
                        if (all) {
                            kept_.push_back(reading);
                        }
                        return all ? keeping_ : all;
                    },
                .handed_over = [] { return false; },
                .keep_forgotten = [](const auto&) { return Result<void>(); },
                .clock = clock_,
                .device = "tcp://127.0.0.1:9999",
                .name = "masculine-pig-stupendous-dugong",
                .app_info = {"Tezos Baking", "2.5.1"},
                .settle = settle_};
    }

    Result<json> run(const json& request) {
        auto with = context();
        return run_operation(request, with, [this](const json& e) { events_.push_back(e); });
    }

    // The only device's part, as `list` and `status` tell it.
    json reported() {
        auto with = context();
        return device_status_json(report_device(with));
    }

    static json ask(const std::string& command, json fields = json::object()) {
        fields["command"] = command;
        if (command == "setup" || command == "plan-setup") {
            fields["curve"] = "ed25519";
        }
        return fields;
    }

    void set_up(std::uint32_t main_level, std::uint32_t test_level) {
        device_.authorized = {apdu::Curve::ed25519, apdu::DerivationPath::tezos_default()};
        device_.marks = {{Level{main_level}, {}}, {Level{test_level}, {}}, apdu::kMainnet};
    }

    // Answers to prompts are lost from now on, and the device is asked what it says instead.
    void lose_answers() {
        device_.loses_answers = true;
        settle_ = [this](const Conclude& conclude) {
            return conclude({device_.authorized, device_.marks});
        };
    }

    SystemClock clock_;
    FakeDevice device_;
    apdu::BakingApp app_{device_};
    Result<std::vector<floor::StoredMark>> marks_{std::vector<floor::StoredMark>{}};
    Result<std::vector<floor::AdoptedLevel>> adopted_{std::vector<floor::AdoptedLevel>{}};
    std::vector<floor::DeviceReading> kept_;
    Result<void> keeping_;
    Settle settle_;
    std::vector<json> events_;
};

TEST_F(Operations, SetupShowsThePromptThenReadsBackAndTellsHowToUseTheKey) {
    const auto result = run(ask("setup", {{"level", 100}}));
    ASSERT_TRUE(result) << result.error().text();
    ASSERT_EQ(events_.size(), 1U);
    EXPECT_EQ(events_[0]["event"], "prompt");
    EXPECT_EQ(events_[0]["instruction"], "SETUP");
    EXPECT_EQ(events_[0]["screens"], (*result)["screens"]);
    EXPECT_EQ((*result)["changed"], true);
    EXPECT_EQ((*result)["address"], "tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA");
    EXPECT_EQ((*result)["new"]["main"]["level"], 100);
    EXPECT_EQ((*result)["import"],
              "octez-client import secret key baker "
              "http://127.0.0.1:6732/tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA");
    EXPECT_EQ((*result)["ledger_uri"], "ledger://masculine-pig-stupendous-dugong/ed25519/0h/0h");
    EXPECT_EQ(device_.marks.main.level, Level{100});
    EXPECT_EQ(device_.marks.chain, apdu::kMainnet);
}

TEST_F(Operations, PlanPromptsNothing) {
    const auto result = run(ask("plan-setup", {{"level", 100}}));
    ASSERT_TRUE(result);
    EXPECT_EQ((*result)["changed"], false);
    EXPECT_EQ((*result)["instruction"], "SETUP");
    EXPECT_TRUE(events_.empty());
    EXPECT_EQ(device_.count(kSetup), 0);
}

TEST_F(Operations, SetupAgainSaysThatThereIsNothingToDo) {
    ASSERT_TRUE(run(ask("setup", {{"level", 100}})));
    const auto again = run(ask("setup"));
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ((*again)["changed"], false);
    EXPECT_EQ((*again)["instruction"], nullptr);
    EXPECT_EQ(device_.count(kSetup), 1);
}

TEST_F(Operations, RejectionChangesNothing) {
    device_.rejects = true;
    const auto result = run(ask("setup", {{"level", 100}}));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().id(), "refused_by_user");
    EXPECT_EQ(device_.marks, apdu::DeviceMarks{});
}

TEST_F(Operations, FloorIsAskedAgainImmediatelyBeforeTheApdu) {
    ASSERT_TRUE(run(ask("plan-setup", {{"level", 100}})));
    marks_ = std::vector{stored(100)};
    const auto result = run(ask("setup", {{"level", 100}}));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, make_error_code(Errc::level_not_above_signed));
    EXPECT_TRUE(events_.empty());
    EXPECT_EQ(device_.count(kSetup), 0);
}

TEST_F(Operations, MarksOfAnotherKeyDoNotCount) {
    marks_ = std::vector{stored(100, apdu::kMainnet, apdu::KeyHash{})};
    EXPECT_TRUE(run(ask("setup", {{"level", 100}})));
}

TEST_F(Operations, WithoutAReadableFloorNothingIsSent) {
    marks_ = fail(floor::Errc::store_unavailable);
    for (const auto* command : {"plan-setup", "setup"}) {
        EXPECT_EQ(run(ask(command, {{"level", 100}})).error().id(), "store_unavailable");
    }
    EXPECT_EQ(device_.count(kSetup), 0);
}

TEST_F(Operations, TheFloorHearsOfMarksThatWereConfirmedAndReadBack) {
    ASSERT_TRUE(run(ask("setup", {{"level", 100}})));
    ASSERT_EQ(kept_.size(), 1U);
    EXPECT_EQ(kept_[0].key, fake_key().hash());
    EXPECT_EQ(kept_[0].device, "masculine-pig-stupendous-dugong");
    EXPECT_EQ(kept_[0].marks, device_.marks);
    ASSERT_TRUE(run(ask("plan-reset", {{"level", 200}})));
    EXPECT_EQ(kept_.size(), 1U) << "a plan confirms nothing";
    device_.rejects = true;
    EXPECT_FALSE(run(ask("reset", {{"level", 200}})));
    device_.rejects = false;
    device_.keeps_old_marks = true;
    EXPECT_FALSE(run(ask("reset", {{"level", 200}})));
    EXPECT_EQ(kept_.size(), 1U) << "neither refused nor not kept is confirmed";
}

TEST_F(Operations, AFloorThatCannotTakeTheMarksOverIsAnError) {
    keeping_ = fail(floor::Errc::store_unavailable);
    EXPECT_EQ(run(ask("setup", {{"level", 100}})).error().id(), "store_unavailable");
}

TEST_F(Operations, ADeviceThatDoesNotKeepWhatItAcceptedIsAnError) {
    device_.keeps_old_marks = true;
    EXPECT_EQ(run(ask("setup", {{"level", 100}})).error().code,
              make_error_code(Errc::read_back_differs));
    set_up(5, 5);
    EXPECT_EQ(run(ask("reset", {{"level", 100}})).error().code,
              make_error_code(Errc::read_back_differs));
}

TEST_F(Operations, ALostAnswerIsMadeUpForByWhatTheDeviceSaysThen) {
    set_up(50, 7);
    lose_answers();
    const auto result = run(ask("reset", {{"level", 60}}));
    ASSERT_TRUE(result) << result.error().text();
    EXPECT_EQ((*result)["changed"], true);
    ASSERT_EQ(kept_.size(), 1U);
    EXPECT_EQ(kept_[0].marks, device_.marks);
}

TEST_F(Operations, ALostAnswerOfADeviceThatIsAsBeforeConfirmsNothing) {
    set_up(50, 7);
    lose_answers();
    device_.keeps_old_marks = true;
    EXPECT_EQ(run(ask("reset", {{"level", 60}})).error().code,
              make_error_code(Errc::prompt_without_effect));
    EXPECT_TRUE(kept_.empty());
}

// What was adopted goes only when a person said yes, and here nobody can know.
TEST_F(Operations, ALostAnswerToAQuestionThatChangesNothingConfirmsNothing) {
    set_up(50, 7);
    adopted_ = std::vector{adopted(kUnbelievable.value)};
    lose_answers();
    EXPECT_EQ(run(ask("reset", {{"level", 50}})).error().code,
              make_error_code(Errc::prompt_without_effect));
    EXPECT_EQ(device_.count(kSetup), 1);
    EXPECT_TRUE(kept_.empty());
}

TEST_F(Operations, ALostAnswerOfADeviceThatDidHalfOfItConfirmsNothing) {
    set_up(50, 50);
    lose_answers();
    device_.keeps_old_test_mark = true;
    EXPECT_EQ(run(ask("setup", {{"level", 60}, {"test_level", 60}})).error().code,
              make_error_code(Errc::read_back_differs));
    EXPECT_TRUE(kept_.empty());
}

TEST_F(Operations, WhatCameToBeKnownWhileTheQuestionWasOpenDoesNotGiveWay) {
    set_up(50, 7);
    device_.on_prompt = [this] { adopted_ = std::vector{adopted(70)}; };
    const auto result = run(ask("reset", {{"level", 60}}));
    EXPECT_EQ(result.error().code, make_error_code(Errc::level_not_above_used));
    EXPECT_NE(result.error().detail.find("level 70"), std::string::npos);
    EXPECT_TRUE(kept_.empty());
    device_.on_prompt = [this] { adopted_->push_back(adopted(90, apdu::KeyHash{})); };
    EXPECT_TRUE(run(ask("reset", {{"level", 80}}))) << "another key's row is none of its matter";
    EXPECT_EQ(kept_.size(), 1U);
}

TEST_F(Operations, WithoutAWayToFindOutALostAnswerIsAnError) {
    set_up(50, 7);
    device_.loses_answers = true;
    EXPECT_EQ(run(ask("reset", {{"level", 60}})).error().id(), "timed_out");
    EXPECT_TRUE(kept_.empty());
}

TEST_F(Operations, ResetUsesTheInstructionThatKeepsTheTestMark) {
    set_up(50, 50);
    EXPECT_EQ((*run(ask("reset", {{"level", 60}})))["instruction"], "RESET");
    set_up(50, 7);
    EXPECT_EQ((*run(ask("reset", {{"level", 60}})))["instruction"], "SETUP");
    EXPECT_EQ(device_.marks.test.level, Level{7});
    EXPECT_EQ(device_.count(kReset), 1);
    EXPECT_EQ(device_.count(kSetup), 1);
}

TEST_F(Operations, ResetNeedsAKey) {
    EXPECT_EQ(run(ask("reset", {{"level", 60}})).error().code,
              make_error_code(Errc::no_authorized_key));
}

TEST_F(Operations, DeauthorizeTakesTheKeyAwayOnce) {
    set_up(50, 7);
    const auto result = run(ask("deauthorize"));
    ASSERT_TRUE(result);
    EXPECT_EQ((*result)["changed"], true);
    EXPECT_EQ((*result)["was"]["curve"], "ed25519");
    EXPECT_EQ((*run(ask("deauthorize")))["changed"], false);
    EXPECT_EQ(device_.count(0x0c), 1);
}

TEST_F(Operations, PubkeyIsTheAuthorisedOneOrTheOneAskedFor) {
    EXPECT_EQ(run(ask("pubkey")).error().code, make_error_code(Errc::no_authorized_key));
    EXPECT_EQ((*run(ask("pubkey", {{"curve", "ed25519"}})))["authorized"], false);
    set_up(50, 7);
    EXPECT_EQ((*run(ask("pubkey")))["authorized"], true);
    EXPECT_EQ((*run(ask("pubkey")))["path"], "44h/1729h/0h/0h");
}

TEST_F(Operations, StatusTellsEverythingOfAReadyDevice) {
    set_up(50, 7);
    marks_ = std::vector{stored(49), stored(9, apdu::kMainnet, apdu::KeyHash{})};
    adopted_ = std::vector{adopted(50), adopted(60, apdu::KeyHash{})};
    const auto expected = json::parse(R"json({
        "device":"tcp://127.0.0.1:9999","model":null,"path":null,"node":null,
        "name":"masculine-pig-stupendous-dugong","state":"ready",
        "reason":"","app":{"name":"Tezos Baking","version":"2.5.1"},
        "authorized":{"path":"44h/1729h/0h/0h","curve":"ed25519",
            "address":"tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA",
            "public_key":"edpkuAfEJCEatRgFpRGg3gn3FdWniLXBoubARreRwuVZPWufkgDBvR"},
        "chain":"NetXdQprcVkpaWU",
        "device_marks":{"main":{"level":50,"round":0},"test":{"level":7,"round":0}},
        "host_marks":[{"chain":"NetXdQprcVkpaWU","kind":"attestation","level":49,"round":0}],
        "comparison":[{"chain":"NetXdQprcVkpaWU","host":{"level":49,"round":0},
            "device":{"level":50,"round":0},"mark":"main","adopted":50,"ahead":"device"}],
        "adopted":[{"chains":"mainnet alone","level":50,"origin":"the main mark (50,0)"}],
        "suggestion":""})json");
    auto actual = reported();
    EXPECT_EQ(actual["authorized"]["public_key"], fake_key().text());
    actual["authorized"]["public_key"] = expected["authorized"]["public_key"];
    EXPECT_EQ(actual, expected);
}

TEST_F(Operations, StatusNamesTheStateAndOneCommand) {
    auto device = reported();
    EXPECT_EQ(device["state"], "unauthorised");
    EXPECT_EQ(device["suggestion"], "setup-ledger");
    EXPECT_EQ(device["authorized"], nullptr);

    set_up(50, 7);
    marks_ = std::vector{stored(51)};
    EXPECT_EQ(reported()["suggestion"], "reset-hwm");

    device_.locked = true;
    device = reported();
    EXPECT_EQ(device["state"], "locked");
    EXPECT_NE(device["reason"], "");
    EXPECT_EQ(device["device_marks"], nullptr);
}

TEST_F(Operations, WithoutAReadableFloorTheDeviceIsStillReported) {
    set_up(50, 7);
    marks_ = fail(floor::Errc::store_unavailable);
    EXPECT_EQ(reported()["state"], "ready");
}

TEST_F(Operations, OfSeveralDevicesTheSuggestedCommandNamesItsOwn) {
    auto with = context();
    const auto status = report_device(with);
    EXPECT_EQ(status_json({status}, "ok")["devices"][0]["suggestion"], "setup-ledger");
    EXPECT_EQ(status_json({status, status}, "ok")["devices"][1]["suggestion"],
              "setup-ledger --device tcp://127.0.0.1:9999");
}

TEST_F(Operations, RefusesOtherCommandsAndOtherDevices) {
    EXPECT_EQ(run(ask("format")).error().code, make_error_code(Errc::unknown_command));
    EXPECT_EQ(run(ask("deauthorize", {{"device", "tcp://h:1"}})).error().code,
              make_error_code(Errc::unknown_device));
    EXPECT_TRUE(run(ask("deauthorize", {{"device", "tcp://127.0.0.1:9999"}})));
}

}  // namespace
}  // namespace ledger_bridge::admin
