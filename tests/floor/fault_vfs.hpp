// SQLite's view of the disk with faults: calls that fail in turn, and power cuts.
#pragma once

#include <filesystem>

namespace ledger_bridge::floor::test {

// Stands between SQLite and the disk as its default file system, for as long as it lives.
//
// Two uses. Armed, it lets a number of calls pass and fails what comes then. And it keeps, in a
// second directory, what a disk that loses everything unsaved would hold after a power cut: each
// file as it was when it was last synchronised. Calls of one thread only.
class FaultVfs {
public:
    enum class Fault {
        once,     // one call fails
        forever,  // that call and all later ones fail
        torn,     // one call fails; if it is a write, half of it is done
    };

    // `watched` is the directory whose files fail; `durable` the one with what is durable of them.
    FaultVfs(const std::filesystem::path& watched, const std::filesystem::path& durable);
    FaultVfs(const FaultVfs&) = delete;
    FaultVfs& operator=(const FaultVfs&) = delete;
    FaultVfs(FaultVfs&&) = delete;
    FaultVfs& operator=(FaultVfs&&) = delete;
    ~FaultVfs();

    void arm(int calls_that_pass, Fault fault);
    void disarm();
    // Whether the armed fault has happened.
    [[nodiscard]] bool fired() const;
    // How often a watched file was synchronised.
    [[nodiscard]] int syncs() const;
};

}  // namespace ledger_bridge::floor::test
