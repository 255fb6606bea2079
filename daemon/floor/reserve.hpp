// Space on the disk that is kept for the hour in which somebody else has filled it.
#pragma once

#include <filesystem>

namespace ledger_bridge::floor {

// A file without meaning. Small failures are no errors: without a reserve a full disk stops the
// store at once, as it would anyway.
class Reserve {
public:
    // So many rows and pages of log that a person has hours.
    static constexpr std::size_t kBytes = std::size_t{4} * 1024 * 1024;

    // Takes over the file of an earlier start.
    explicit Reserve(std::filesystem::path path);

    // Makes the file, durably, unless it is there, or the disk has less than twice its size.
    void take();
    // Gives the space back. False when there was none.
    bool release();
    // It was released, and not taken again.
    [[nodiscard]] bool in_use() const { return in_use_; }

private:
    std::filesystem::path path_;
    bool held_ = false;
    bool in_use_ = false;
};

}  // namespace ledger_bridge::floor
