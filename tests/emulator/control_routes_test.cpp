// The control port's requests, without a socket.
#include "tools/emulator/rig/control_routes.hpp"

#include <gtest/gtest.h>

#include "tests/emulator/device_fixture.hpp"

namespace ledger_bridge::emulator {

namespace {

class FakeCable final : public Cable {
public:
    void unplug() override { plugged_ = false; }
    [[nodiscard]] bool plug() override { return plugged_ = !taken; }
    [[nodiscard]] bool plugged() const override { return plugged_; }
    void send(Delivery delivery) override { sent.push_back(to_hex(delivery.answer)); }
    void device_restarted(bool host_waits) override { restarts.push_back(host_waits); }
    void follow_app() override { ++app_changes; }

    std::vector<std::string> sent;
    std::vector<bool> restarts;
    int app_changes = 0;
    bool taken = false;

private:
    bool plugged_ = true;
};

class Control : public ::testing::Test {
protected:
    Control() : bench(test.device, Latency(Profile::none, 1), std::nullopt), routes(bench, cable) {}

    unsigned post(std::string_view path, std::string_view body = "") {
        return routes.handle("POST", path, body).status;
    }
    nlohmann::json state() { return routes.handle("GET", "/state", "").body; }

    TestDevice test{Confirm::ask};
    Bench bench;
    FakeCable cable;
    ControlRoutes routes;
};

}  // namespace

TEST_F(Control, StateHasEveryFieldOfAFreshDevice) {
    const auto expected = nlohmann::json::parse(R"({
        "app": "Tezos Baking", "version": "2.5.1", "locked": false, "plugged": true,
        "prompt": null, "authorized": null, "chain_id": "00000000",
        "main": {"level": 0, "round": 0}, "test": {"level": 0, "round": 0},
        "hwm_enabled": true, "apdus": 0, "signatures": 0, "flash_writes": 0})");
    EXPECT_EQ(state(), expected);
}

TEST_F(Control, StateFollowsTheDevice) {
    test.setup(kMainnet, 100, 7, kPath, 3);
    EXPECT_EQ(state()["prompt"]["instruction"], "SETUP");
    EXPECT_EQ(state()["prompt"]["screens"][1], "Setup | Baking?");
    EXPECT_EQ(post("/accept"), 200U);
    test.select(kPath, 3);
    test.sign(attestation(kMainnet, 101, 2));
    const auto now = state();
    EXPECT_EQ(now["prompt"], nullptr);
    EXPECT_EQ(now["authorized"],
              (nlohmann::json{{"path", "44h/1729h/0h/0h"}, {"curve", "bip25519"}}));
    EXPECT_EQ(now["chain_id"], "7a06a770");
    EXPECT_EQ(now["main"], (nlohmann::json{{"level", 101}, {"round", 2}}));
    EXPECT_EQ(now["test"]["level"], 7);
    EXPECT_EQ(now["apdus"], 3);
    EXPECT_EQ(now["signatures"], 1);
    EXPECT_EQ(now["flash_writes"], 2);
}

TEST_F(Control, AcceptAndRejectSendTheAnswerAndNeedAPrompt) {
    EXPECT_EQ(post("/accept"), 409U);
    EXPECT_EQ(post("/reject"), 409U);
    test.status(command(0x06, 0, 0, "00000005"));
    EXPECT_EQ(post("/reject"), 200U);
    test.status(command(0x06, 0, 0, "00000005"));
    EXPECT_EQ(post("/accept"), 200U);
    EXPECT_EQ(cable.sent, (std::vector<std::string>{"6985", "9000"}));
    EXPECT_EQ(post("/accept"), 409U);
}

TEST_F(Control, LockedDeviceTakesNoAnswerToItsPrompt) {
    test.status(command(0x06, 0, 0, "00000005"));
    EXPECT_EQ(post("/lock"), 200U);
    EXPECT_EQ(post("/lock"), 200U);
    EXPECT_EQ(post("/accept"), 409U);
    EXPECT_EQ(state()["locked"], true);
    EXPECT_EQ(post("/unlock"), 200U);
    EXPECT_EQ(post("/accept"), 200U);
}

TEST_F(Control, UnplugAndPlugPullTheCable) {
    EXPECT_EQ(post("/unplug"), 200U);
    EXPECT_EQ(state()["plugged"], false);
    cable.taken = true;
    EXPECT_EQ(post("/plug"), 409U);
    cable.taken = false;
    EXPECT_EQ(post("/plug"), 200U);
    EXPECT_EQ(state()["plugged"], true);
}

TEST_F(Control, PowerCycleKeepsFlashUnlessFactory) {
    test.setup(kMainnet, 100);
    post("/accept");
    post("/lock");
    EXPECT_EQ(post("/power-cycle"), 200U);
    EXPECT_EQ(state()["main"]["level"], 100);
    EXPECT_EQ(state()["locked"], false);
    EXPECT_EQ(post("/power-cycle", R"({"app":"BOLOS"})"), 200U);
    EXPECT_EQ(state()["app"], "BOLOS");
    EXPECT_EQ(state()["main"]["level"], 100);
    EXPECT_EQ(post("/power-cycle", R"({"factory":true})"), 200U);
    EXPECT_EQ(state()["app"], "Tezos Baking");
    EXPECT_EQ(state()["main"]["level"], 0);
    EXPECT_EQ(state()["authorized"], nullptr);
}

TEST_F(Control, PowerCycleTellsTheCableWhetherAHostWaits) {
    post("/power-cycle");
    test.setup(kMainnet, 100);
    post("/power-cycle");
    EXPECT_EQ(cable.restarts, (std::vector<bool>{false, true}));
}

TEST_F(Control, OpenAppKnowsThreeNames) {
    EXPECT_EQ(post("/open-app", R"json({"name":"Tezos Wallet (XTZ)"})json"), 200U);
    EXPECT_EQ(state()["app"], "Tezos Wallet (XTZ)");
    EXPECT_EQ(post("/open-app", R"({"name":"BOLOS"})"), 200U);
    EXPECT_EQ(post("/open-app", R"({"name":"Tezos Baking"})"), 200U);
    EXPECT_EQ(post("/open-app", R"({"name":"Bitcoin"})"), 400U);
    EXPECT_EQ(post("/open-app"), 400U);
    post("/lock");
    EXPECT_EQ(post("/open-app", R"({"name":"BOLOS"})"), 409U);
    EXPECT_EQ(cable.app_changes, 3) << "a refused one changes nothing";
}

TEST_F(Control, HwmSettingIsPartOfTheOpenApp) {
    EXPECT_EQ(post("/hwm-setting", R"({"enabled":false})"), 200U);
    EXPECT_EQ(state()["hwm_enabled"], false);
    EXPECT_EQ(post("/hwm-setting"), 400U);
    EXPECT_EQ(post("/hwm-setting", R"({"enabled":1})"), 400U);
    post("/open-app", R"({"name":"BOLOS"})");
    EXPECT_EQ(post("/hwm-setting", R"({"enabled":true})"), 409U);
}

TEST_F(Control, FaultsHitTheNextAnswers) {
    EXPECT_EQ(post("/fault", R"({"kind":"drop","count":1,"instruction":"SETUP"})"), 200U);
    EXPECT_EQ(bench.exchange(command(0x00, 0, 0))->end, Delivery::End::send);
    test.setup(kMainnet, 100);
    post("/accept");
    EXPECT_EQ(cable.sent, (std::vector<std::string>{""}));
    EXPECT_EQ(state()["main"]["level"], 100) << "the change was made";
}

TEST_F(Control, FaultsAreReadStrictly) {
    EXPECT_EQ(post("/fault", R"({"kind":"delay","count":3,"ms":100,"instruction":"SIGN"})"), 200U);
    EXPECT_EQ(post("/fault", R"({"kind":"cut"})"), 200U);
    EXPECT_EQ(post("/fault", R"({"kind":"corrupt"})"), 200U);
    EXPECT_EQ(post("/fault", R"({"kind":"disconnect"})"), 200U);
    EXPECT_EQ(post("/fault", R"({"kind":"between-reports","reports":2})"), 200U);
    EXPECT_EQ(post("/fault", R"({"kind":"between-reports","reports":0})"), 400U);
    EXPECT_EQ(post("/fault", R"({})"), 400U);
    EXPECT_EQ(post("/fault", R"({"kind":"explode"})"), 400U);
    EXPECT_EQ(post("/fault", R"({"kind":"drop","count":0})"), 400U);
    EXPECT_EQ(post("/fault", R"({"kind":"drop","count":-1})"), 400U);
    EXPECT_EQ(post("/fault", R"({"kind":"drop","count":"1"})"), 400U);
    EXPECT_EQ(post("/fault", R"({"kind":"drop","count":1.5})"), 400U);
    EXPECT_EQ(post("/fault", R"({"kind":"drop","ms":3600001})"), 400U);
    EXPECT_EQ(post("/fault", R"({"kind":"drop","instruction":"SIGNS"})"), 400U);
    EXPECT_EQ(post("/fault", R"({"kind":"drop","instruction":null})"), 400U);
    EXPECT_EQ(post("/fault", R"({"kind":"drop","colour":"red"})"), 400U);
}

TEST_F(Control, BodiesMustBeJsonObjectsWithKnownFields) {
    for (const auto* const body : {"{", "[]", "1", "null", "\"x\"", "{}{}", "\xff"}) {
        EXPECT_EQ(post("/lock", body), 400U) << body;
    }
    EXPECT_EQ(post("/lock", R"({"now":true})"), 400U);
    EXPECT_EQ(post("/power-cycle", R"({"factory":true,"extra":1})"), 400U);
    EXPECT_EQ(post("/lock", " {} "), 200U);
}

TEST_F(Control, OtherPathsAndMethodsAre404) {
    EXPECT_EQ(post("/"), 404U);
    EXPECT_EQ(post("/accept/"), 404U);
    EXPECT_EQ(post("/state"), 404U);
    EXPECT_EQ(routes.handle("GET", "/accept", "").status, 404U);
    EXPECT_EQ(routes.handle("", "", "").status, 404U);
    EXPECT_EQ(routes.handle("GET", "/state?now", "").status, 200U);
}

TEST_F(Control, RefusalsSayWhy) {
    EXPECT_EQ(routes.handle("POST", "/accept", "").body["error"], "no prompt is open");
    EXPECT_EQ(routes.handle("POST", "/lock", "").body, nlohmann::json::object());
}

}  // namespace ledger_bridge::emulator
