#include "daemon/floor/reserve.hpp"

#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <vector>

#include "daemon/floor/directory_sync.hpp"
#include "daemon/floor/owner.hpp"

namespace ledger_bridge::floor {

namespace {

namespace fs = std::filesystem;

// Written, not only promised: no file system takes that back.
bool fill(const fs::path& path) {
    const int file =
        ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return false;
    }
    const std::vector<char> zeros(Reserve::kBytes);
    const bool filled =
        ::write(file, zeros.data(), zeros.size()) == static_cast<ssize_t>(zeros.size()) &&
        ::fsync(file) == 0;
    ::close(file);
    return filled;
}

}  // namespace

Reserve::Reserve(fs::path path) : path_(std::move(path)) {
    std::error_code none;
    held_ = fs::file_size(path_, none) == kBytes && !none;
}

void Reserve::take() {
    std::error_code error;
    const auto space = fs::space(path_.parent_path(), error);
    if (held_ || error || space.available < 2 * kBytes) {
        return;
    }
    fs::remove(path_, error);  // one that was cut short
    if (!fill(path_)) {
        fs::remove(path_, error);
        return;
    }
    give_to_owner_of(path_.parent_path(), path_);
    static_cast<void>(sync_directory(path_.parent_path()));
    held_ = true;
    in_use_ = false;
}

bool Reserve::release() {
    std::error_code error;
    if (!held_ || !fs::remove(path_, error)) {
        return false;
    }
    held_ = false;
    in_use_ = true;
    return true;
}

}  // namespace ledger_bridge::floor
