#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "daemon/http/answers.hpp"
#include "daemon/http/status_page.hpp"

namespace ledger_bridge::daemon {
namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(StatusPage, SaysWhetherItIsReadyAndWhyNot) {
    const auto ready = status_page(health_json({.device = "usb", .store = "ok"}), "1.2.3");
    EXPECT_EQ(ready.content_type, "text/html; charset=utf-8");
    EXPECT_TRUE(contains(ready.body, "<strong>ready to sign</strong>"));
    EXPECT_TRUE(contains(ready.body, "ledger-bridge 1.2.3"));
    const auto waiting = status_page(health_json({.reasons = {"locked", "store"}}), "1");
    EXPECT_TRUE(contains(waiting.body, "<strong>not ready</strong>"));
    EXPECT_TRUE(contains(waiting.body, "locked<br>store<br>"));
}

TEST(StatusPage, SaysWhatToDo) {
    const Health health{.reasons = {"locked"}, .details = {"usb: it is locked; enter the PIN"}};
    EXPECT_TRUE(contains(status_page(health_page_json(health), "1").body, "enter the PIN<br>"));
    EXPECT_FALSE(contains(health_answer(health).body, "PIN")) << "scripts know its members";
}

TEST(StatusPage, EscapesEverything) {
    const std::string evil = "<script>alert('x')</script>\"&";
    auto health = health_json({.reasons = {evil}, .device = evil});
    health[evil] = {{evil, evil}};
    const auto page = status_page(health, evil).body;
    EXPECT_FALSE(contains(page, "<script"));
    EXPECT_FALSE(contains(page, "'x'"));
    EXPECT_TRUE(contains(page, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
}

TEST(StatusPage, SurvivesAnyJson) {
    EXPECT_TRUE(contains(status_page(nullptr, "1").body, "not ready"));
    EXPECT_TRUE(contains(status_page({{"ready", "yes"}}, "1").body, "not ready"));
    EXPECT_TRUE(contains(status_page({{"device", "\xff\xfe"}}, "1").body, "\xef\xbf\xbd"));
}

}  // namespace
}  // namespace ledger_bridge::daemon
