// One transaction on the state file that is durable when it returns. Internal to this folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/floor/file_identity.hpp"
#include "daemon/floor/marker.hpp"
#include "daemon/floor/reserve.hpp"
#include "daemon/floor/sqlite.hpp"
#include "daemon/floor/store_statements.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

// Owns the open file; its statements must end before it does. One thread at a time.
class StoreWriter {
public:
    StoreWriter(Database database, Reserve reserve)
        : database_(std::move(database)), reserve_(std::move(reserve)) {}

    // Runs `write` in a transaction, between the check of the seal and its renewal, and returns
    // when what it wrote is durable, in the files that are watched. Once more, with the reserve's
    // space, when the disk is full. Errors: of `write`, store_damaged, store_unavailable,
    // store_full.
    Result<void> durably(const StoreStatements& statements,
                         const std::function<Result<void>()>& write);

    // Remembers how many writes the file has seen, before there are more.
    Result<void> read_writes();
    // The log's ends, where it is written to and pruned, whatever its length.
    Result<void> read_log_ends();
    // From now on a write counts only while the file at `path` and its log are where they are now.
    Result<void> watch(const std::filesystem::path& path);
    // The marker gets the number of the last write when tidy() is called.
    void note_writes_in(MarkerFile marker) { marker_ = std::move(marker); }
    // What can wait until nobody waits for it.
    void tidy();

    [[nodiscard]] std::uint64_t writes() const { return writes_; }
    [[nodiscard]] std::uint64_t writes_found() const { return writes_found_; }
    [[nodiscard]] Reserve& reserve() { return reserve_; }
    [[nodiscard]] const Reserve& reserve() const { return reserve_; }

private:
    Result<void> attempt(const StoreStatements& statements,
                         const std::function<Result<void>()>& write);
    [[nodiscard]] Result<void> check_files() const;

    Database database_;
    Reserve reserve_;
    std::vector<FileIdentity> files_;
    std::uint64_t writes_ = 0;
    std::uint64_t writes_found_ = 0;
    std::optional<MarkerFile> marker_;
};

}  // namespace ledger_bridge::floor
