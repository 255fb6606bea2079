// Files that are read and written whole.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::tools {

struct WholeFile {
    std::string text;
    WallTime written;  // its last change
};

// Up to 2 MiB. Error: file_unusable, which names it.
Result<WholeFile> read_whole_file(const std::filesystem::path& path);

// Who may read a file that is written: its owner alone, or everybody, as far as the umask allows.
enum class Readers : unsigned { owner = 0600, everybody = 0644 };

// Replaces it; durable on return, and never there in part.
// Error: file_unusable.
Result<void> write_whole_file(const std::filesystem::path& path,
                              std::string_view text,
                              Readers readers = Readers::owner);

struct NewFile {
    std::filesystem::path path;
    std::string text;
};

// The same with several: each is whole on the disk before the first takes its place, in their
// order. Error: file_unusable.
Result<void> write_whole_files(const std::vector<NewFile>& files, Readers readers);

}  // namespace ledger_bridge::tools
