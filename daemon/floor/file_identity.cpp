#include "daemon/floor/file_identity.hpp"

#include <sys/stat.h>
#include <system_error>

#include <cerrno>
#include <string>

#include "daemon/floor/errors.hpp"

namespace ledger_bridge::floor {

namespace {

std::string last_reason() {
    return std::generic_category().message(errno);
}

}  // namespace

Result<FileIdentity> FileIdentity::of(const std::filesystem::path& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) {
        return fail(Errc::store_unavailable, path.string() + ": " + last_reason());
    }
    return FileIdentity(path, found.st_dev, found.st_ino);
}

Result<void> FileIdentity::check() const {
    struct stat found {};
    if (::stat(path_.c_str(), &found) != 0) {
        return fail(Errc::store_unavailable, path_.string() + " was taken away: " + last_reason());
    }
    if (found.st_dev != device_ || found.st_ino != inode_) {
        return fail(Errc::store_damaged, path_.string() + " was replaced while it was in use");
    }
    return {};
}

}  // namespace ledger_bridge::floor
