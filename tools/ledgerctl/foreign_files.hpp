// Files of others, which are only read.
#pragma once

#include <filesystem>
#include <vector>

#include "daemon/admin/moving.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::tools {

// Only what is certainly not there: what cannot be looked at may hold a mark.
bool absent(const std::filesystem::path& file);

// Each file whole. Error: file_unusable, which names it.
Result<std::vector<admin::MarksFile>> read_marks_files(
    const std::vector<std::filesystem::path>& paths);

}  // namespace ledger_bridge::tools
