// What an earlier start left outside the state directory, so that missing state is noticed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

struct Marker {
    std::string floor;         // which state was in use: 32 hex digits, random
    std::uint64_t writes = 0;  // how many writes it had seen, at least

    bool operator==(const Marker&) const = default;
};

// Beside the state directory, not in it: "/var/lib/ledger-bridge.marker".
std::filesystem::path marker_directory(const std::filesystem::path& state_directory);

// The file "marker" in that directory: two lines of one form, written in turn, so that a torn
// write leaves the other.
//
//   ledger-bridge floor <32 hex digits> writes <20 digits> sum <16 hex digits>
//
// The sum is the beginning of BLAKE2b-256 of what stands before " sum".
class MarkerFile {
public:
    // Nothing when there is none. Errors: marker_damaged, marker_unavailable.
    static Result<std::optional<Marker>> read(const std::filesystem::path& directory);
    // Makes the directory (for the owner of `state_directory`) and the file, or replaces the file;
    // durable on return. Errors: marker_unavailable, store_full.
    static Result<MarkerFile> write(const std::filesystem::path& state_directory,
                                    const Marker& marker);

    MarkerFile(const MarkerFile&) = delete;
    MarkerFile& operator=(const MarkerFile&) = delete;
    MarkerFile(MarkerFile&& other) noexcept
        : marker_(std::move(other.marker_)), file_(std::exchange(other.file_, -1)) {}
    MarkerFile& operator=(MarkerFile&& other) noexcept {
        std::swap(marker_, other.marker_);
        std::swap(file_, other.file_);
        return *this;
    }
    ~MarkerFile();

    // From now on the state must have seen so many writes. Survives the process at once, a power
    // cut after save(). A failure leaves a lower number, which asks less: so it is none.
    void note(std::uint64_t writes);
    void save();

private:
    MarkerFile(Marker marker, int file) : marker_(std::move(marker)), file_(file) {}

    Marker marker_;
    int file_;  // -1 after a move
    bool saved_ = true;
};

}  // namespace ledger_bridge::floor
