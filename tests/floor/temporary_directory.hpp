// A directory of its own for each test, gone with it.
#pragma once

#include <system_error>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace ledger_bridge::floor::test {

// Where files live in memory, if the machine has such a place: for tests that open a store
// thousands of times, and for which it does not matter that nothing there outlives the machine.
inline std::filesystem::path memory_root() {
    const std::filesystem::path shared_memory = "/dev/shm";
    return ::access(shared_memory.c_str(), W_OK) == 0 ? shared_memory
                                                      : std::filesystem::temp_directory_path();
}

class TemporaryDirectory {
public:
    explicit TemporaryDirectory(
        const std::filesystem::path& root = std::filesystem::temp_directory_path()) {
        auto pattern = (root / "floor-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    TemporaryDirectory(TemporaryDirectory&&) = delete;
    TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace ledger_bridge::floor::test
