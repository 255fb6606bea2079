// Finds, creates and locks the directory in which one daemon keeps its state.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "driver/base/result.hpp"
#include "driver/file_descriptor.hpp"

namespace ledger_bridge::floor {

// What decides where the state lives; tests fill it in by hand.
struct StatePlaces {
    std::optional<std::string> option = std::nullopt;           // --state-dir
    std::optional<std::string> state_directory = std::nullopt;  // $STATE_DIRECTORY
    std::optional<std::string> xdg_state_home = std::nullopt;   // $XDG_STATE_HOME
    std::optional<std::string> home = std::nullopt;             // $HOME
    bool root = false;
    std::filesystem::path system = "/var/lib/ledger-bridge";
};

// The places of this process. Reads the environment: call it before any thread is started.
StatePlaces state_places(std::optional<std::string> option);

// Where the daemon keeps its state: the option, else $STATE_DIRECTORY, else the system's
// directory for root, else ledger-bridge in $XDG_STATE_HOME or ~/.local/state. Touches nothing.
// Error: bad_state_directory when even the home directory is unknown.
Result<std::filesystem::path> daemon_state_directory(const StatePlaces& places);

// For the tools, whoever runs them: the state of the installed daemon, never a fresh private one.
// An option or $STATE_DIRECTORY that is given is the answer or an error; else the system's
// directory if there is one; else the user's, if a store is in it. Creates nothing.
// Errors: no_state_directory, bad_state_directory (it exists and cannot be entered).
Result<std::filesystem::path> find_state_directory(const StatePlaces& places);

// For an import, which may make state where there is none: the same, and where nothing is found the
// directory that was given, that is root's, or whose marker says that it was there before.
// Errors: those of find_state_directory.
Result<std::filesystem::path> state_directory_to_fill(const StatePlaces& places);

// Holds the exclusive lock of a state directory for as long as it lives. The lock goes with the
// process, however that ends; the lock file stays, and names the last holder. Both the directory
// and the file are locked: earlier releases know the file alone, and a file can be deleted.
class StateDirectory {
public:
    // Creates the directory and missing parents with mode 0700, then locks it.
    // Errors: bad_state_directory, store_locked (names the process that holds it).
    static Result<StateDirectory> create(const std::filesystem::path& path);
    // The same for one that must exist: else no_state_directory.
    static Result<StateDirectory> open(const std::filesystem::path& path);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    StateDirectory(std::filesystem::path path,
                   driver::FileDescriptor directory,
                   driver::FileDescriptor file)
        : path_(std::move(path)), directory_(std::move(directory)), file_(std::move(file)) {}

    std::filesystem::path path_;
    driver::FileDescriptor directory_;
    driver::FileDescriptor file_;
};

}  // namespace ledger_bridge::floor
