// Where the admin socket is, for the daemon that makes it and for the tools that look for it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ledger_bridge::admin {

// What decides where the socket is; tests fill it in by hand.
struct SocketPlaces {
    std::optional<std::string> option = std::nullopt;             // --admin-socket
    std::optional<std::string> runtime_directory = std::nullopt;  // $RUNTIME_DIRECTORY
    std::optional<std::string> xdg_runtime_dir = std::nullopt;    // $XDG_RUNTIME_DIR
    bool root = false;
    std::filesystem::path system = "/run/ledger-bridge";
};

// The places of this process. Reads the environment: call it before any thread is started.
SocketPlaces socket_places(std::optional<std::string> option);

// The option, else $RUNTIME_DIRECTORY/admin.sock, else the system's for root, else the user's.
// Nothing when the user has no runtime directory either.
std::optional<std::filesystem::path> daemon_admin_socket(const SocketPlaces& places);

// Where a tool looks for a running daemon, in this order: the option or $RUNTIME_DIRECTORY alone;
// else the system's, whoever runs the tool, then the user's.
std::vector<std::filesystem::path> admin_socket_candidates(const SocketPlaces& places);

}  // namespace ledger_bridge::admin
