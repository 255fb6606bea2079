#include "daemon/admin/admin_socket.hpp"

#include <unistd.h>

#include <cstdlib>

namespace ledger_bridge::admin {

namespace {

constexpr std::string_view kName = "admin.sock";

// Nothing for an empty variable as well.
std::optional<std::string> environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
    return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

std::optional<std::filesystem::path> given(const SocketPlaces& places) {
    if (places.option) {
        return *places.option;
    }
    if (places.runtime_directory) {
        return std::filesystem::path(*places.runtime_directory) / kName;
    }
    return std::nullopt;
}

std::optional<std::filesystem::path> users(const SocketPlaces& places) {
    if (!places.xdg_runtime_dir) {
        return std::nullopt;
    }
    return std::filesystem::path(*places.xdg_runtime_dir) / "ledger-bridge" / kName;
}

}  // namespace

SocketPlaces socket_places(std::optional<std::string> option) {
    return {.option = std::move(option),
            .runtime_directory = environment("RUNTIME_DIRECTORY"),
            .xdg_runtime_dir = environment("XDG_RUNTIME_DIR"),
            .root = geteuid() == 0};
}

std::optional<std::filesystem::path> daemon_admin_socket(const SocketPlaces& places) {
    if (auto path = given(places)) {
        return path;
    }
    return places.root ? places.system / kName : users(places);
}

std::vector<std::filesystem::path> admin_socket_candidates(const SocketPlaces& places) {
    if (const auto path = given(places)) {
        return {*path};
    }
    std::vector<std::filesystem::path> candidates{places.system / kName};
    if (const auto path = users(places)) {
        candidates.push_back(*path);
    }
    return candidates;
}

}  // namespace ledger_bridge::admin
