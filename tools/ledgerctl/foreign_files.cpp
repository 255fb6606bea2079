#include "tools/ledgerctl/foreign_files.hpp"

#include <system_error>

#include <utility>

#include "tools/common/whole_file.hpp"

namespace ledger_bridge::tools {

bool absent(const std::filesystem::path& file) {
    std::error_code error;
    return std::filesystem::symlink_status(file, error).type() ==
           std::filesystem::file_type::not_found;
}

Result<std::vector<admin::MarksFile>> read_marks_files(
    const std::vector<std::filesystem::path>& paths) {
    std::vector<admin::MarksFile> files;
    for (const auto& path : paths) {
        auto whole = read_whole_file(path);
        if (!whole) {
            return whole.error();
        }
        files.push_back({path.string(), std::move(whole->text), whole->written});
    }
    return files;
}

}  // namespace ledger_bridge::tools
