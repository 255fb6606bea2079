// Notices that a file in use was moved or deleted.
#pragma once

#include <cstdint>
#include <filesystem>

#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

// Tells whether a path still leads to the file that was there, since writing on into a file that
// somebody moved or deleted would save nothing.
class FileIdentity {
public:
    // Error: store_unavailable.
    static Result<FileIdentity> of(const std::filesystem::path& path);
    // Errors: store_unavailable where it cannot be seen, since it may come back; store_damaged
    // where another file is in its place.
    [[nodiscard]] Result<void> check() const;

private:
    FileIdentity(std::filesystem::path path, std::uint64_t device, std::uint64_t inode)
        : path_(std::move(path)), device_(device), inode_(inode) {}

    std::filesystem::path path_;
    std::uint64_t device_;
    std::uint64_t inode_;
};

}  // namespace ledger_bridge::floor
