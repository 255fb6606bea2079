#include "daemon/admin/admin_socket.hpp"

#include <gtest/gtest.h>

namespace ledger_bridge::admin {
namespace {

using Paths = std::vector<std::filesystem::path>;

SocketPlaces everything() {
    return {.option = "/tmp/given.sock",
            .runtime_directory = "/run/service",
            .xdg_runtime_dir = "/run/user/7",
            .root = true,
            .system = "/run/ledger-bridge"};
}

TEST(AdminSocket, DaemonTakesOptionThenServiceThenSystemForRoot) {
    auto places = everything();
    EXPECT_EQ(daemon_admin_socket(places), "/tmp/given.sock");
    places.option.reset();
    EXPECT_EQ(daemon_admin_socket(places), "/run/service/admin.sock");
    places.runtime_directory.reset();
    EXPECT_EQ(daemon_admin_socket(places), "/run/ledger-bridge/admin.sock");
}

TEST(AdminSocket, DaemonOfAUserTakesTheUsersDirectory) {
    SocketPlaces places{.xdg_runtime_dir = "/run/user/7"};
    EXPECT_EQ(daemon_admin_socket(places), "/run/user/7/ledger-bridge/admin.sock");
    places.xdg_runtime_dir.reset();
    EXPECT_EQ(daemon_admin_socket(places), std::nullopt);
}

TEST(AdminSocket, ToolsLookWhereTheyAreToldAndNowhereElse) {
    auto places = everything();
    EXPECT_EQ(admin_socket_candidates(places), Paths{"/tmp/given.sock"});
    places.option.reset();
    EXPECT_EQ(admin_socket_candidates(places), Paths{"/run/service/admin.sock"});
}

TEST(AdminSocket, ToolsPreferTheInstalledDaemonWhoeverRunsThem) {
    for (const bool root : {false, true}) {
        const SocketPlaces places{.xdg_runtime_dir = "/run/user/7", .root = root};
        EXPECT_EQ(admin_socket_candidates(places),
                  (Paths{"/run/ledger-bridge/admin.sock", "/run/user/7/ledger-bridge/admin.sock"}));
    }
}

}  // namespace
}  // namespace ledger_bridge::admin
