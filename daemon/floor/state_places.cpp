#include <system_error>
#include <unistd.h>

#include <cstdlib>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/marker.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "daemon/floor/state_directory.hpp"

namespace ledger_bridge::floor {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kName = "ledger-bridge";

// Unset and empty are the same, as in the XDG base directory specification.
std::optional<std::string> environment(const char* name) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread has been started yet
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') {
        return std::nullopt;
    }
    return value;
}

// systemd separates several directories by colons; ours is the first.
fs::path first_of(const std::string& list) {
    return list.substr(0, list.find(':'));
}

std::optional<fs::path> given_directory(const StatePlaces& places) {
    if (places.option) {
        return *places.option;
    }
    if (places.state_directory) {
        return first_of(*places.state_directory);
    }
    return std::nullopt;
}

// A relative $XDG_STATE_HOME is to be ignored, says its specification.
std::optional<fs::path> user_directory(const StatePlaces& places) {
    if (places.xdg_state_home && fs::path(*places.xdg_state_home).is_absolute()) {
        return fs::path(*places.xdg_state_home) / kName;
    }
    if (places.home && fs::path(*places.home).is_absolute()) {
        return fs::path(*places.home) / ".local" / "state" / kName;
    }
    return std::nullopt;
}

// False when there is nothing of that name; an error when that cannot be told.
Result<bool> is_there(const fs::path& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (status.type() == fs::file_type::none) {
        return fail(Errc::bad_state_directory, path.string() + ": " + error.message());
    }
    return status.type() != fs::file_type::not_found;
}

Error none_found(const std::string& looked_at) {
    return fail(Errc::no_state_directory, "looked for " + looked_at);
}

Result<fs::path> existing_user_directory(const StatePlaces& places) {
    const auto directory = user_directory(places);
    if (!directory) {
        return none_found(places.system.string());
    }
    const auto store = is_there(*directory / kStoreFile);
    if (!store) {
        return store.error();
    }
    if (!*store) {
        return none_found(places.system.string() + " and a store in " + directory->string());
    }
    return *directory;
}

}  // namespace

StatePlaces state_places(std::optional<std::string> option) {
    return {.option = std::move(option),
            .state_directory = environment("STATE_DIRECTORY"),
            .xdg_state_home = environment("XDG_STATE_HOME"),
            .home = environment("HOME"),
            .root = ::geteuid() == 0};
}

Result<fs::path> daemon_state_directory(const StatePlaces& places) {
    if (const auto given = given_directory(places)) {
        return *given;
    }
    if (places.root) {
        return places.system;
    }
    if (const auto directory = user_directory(places)) {
        return *directory;
    }
    return fail(Errc::bad_state_directory, "neither XDG_STATE_HOME nor HOME is set");
}

Result<fs::path> find_state_directory(const StatePlaces& places) {
    const auto given = given_directory(places);
    const auto first = given ? *given : places.system;
    const auto there = is_there(first);
    if (!there) {
        return there.error();
    }
    if (*there) {
        return first;
    }
    return given ? Result<fs::path>(none_found(first.string())) : existing_user_directory(places);
}

Result<fs::path> state_directory_to_fill(const StatePlaces& places) {
    auto found = find_state_directory(places);
    const auto daemons = daemon_state_directory(places);
    if (found || !daemons || found.error().code != make_error_code(Errc::no_state_directory)) {
        return found;
    }
    const auto marker = is_there(marker_directory(*daemons));
    const bool known = given_directory(places) || places.root || (marker && *marker);
    return known ? daemons : found;
}

}  // namespace ledger_bridge::floor
