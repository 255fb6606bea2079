// The emulated flash in a file, so that it survives the process.
#pragma once

#include <filesystem>

#include "driver/base/result.hpp"
#include "tools/emulator/app/flash.hpp"

namespace ledger_bridge::emulator {

// JSON: {"format":1,"chain_id":"7a06a770","main":{"level","round","attested","preattested"},
// "test":{...},"key":{"curve","path":[numbers]} or null,"hwm_enabled"}.
std::string nvram_to_text(const BakingData& data);
// Errors: nvram_damaged.
Result<BakingData> nvram_from_text(std::string_view text);

class NvramFile {
public:
    explicit NvramFile(std::filesystem::path path) : path_(std::move(path)) {}

    // A fresh device when there is no such file. Errors: nvram_unreadable, nvram_damaged.
    [[nodiscard]] Result<BakingData> load() const;

    // Old or new content after a crash at any point, never a mixture: written beside, synced,
    // renamed, folder synced. Errors: nvram_not_written.
    [[nodiscard]] Result<void> save(const BakingData& data) const;

private:
    std::filesystem::path path_;
};

}  // namespace ledger_bridge::emulator
