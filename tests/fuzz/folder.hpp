// A folder for what a fuzz target has to read from files.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace ledger_bridge {

// Made anew for this process, and removed with the program.
struct FuzzFolder {
    explicit FuzzFolder(const std::string& name)
        : path(std::filesystem::temp_directory_path() /
               (name + "-fuzz-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(path);
    }
    FuzzFolder(const FuzzFolder&) = delete;
    FuzzFolder& operator=(const FuzzFolder&) = delete;
    FuzzFolder(FuzzFolder&&) = delete;
    FuzzFolder& operator=(FuzzFolder&&) = delete;
    ~FuzzFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }

    const std::filesystem::path path;
};

inline void write_file(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
}

}  // namespace ledger_bridge
