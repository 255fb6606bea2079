#include "daemon/floor/state_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "daemon/floor/directory_sync.hpp"
#include "daemon/floor/disk_full.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/floor/owner.hpp"

namespace ledger_bridge::floor {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLockFile = "lock";

Error unusable(const fs::path& path) {
    return fail(Errc::bad_state_directory,
                path.string() + ": " + std::generic_category().message(errno));
}

// One level, durably; no error when it is there already.
Result<void> make_one(const fs::path& directory) {
    if (::mkdir(directory.c_str(), 0700) != 0) {
        return errno == EEXIST ? Result<void>() : unusable(directory);
    }
    return sync_directory(directory.parent_path());
}

Result<void> make_all(const fs::path& directory) {
    fs::path made;
    for (const auto& part : directory) {
        made /= part;
        std::error_code error;
        if (fs::exists(made, error)) {
            continue;
        }
        if (auto done = make_one(made); !done) {
            return done;
        }
    }
    return {};
}

// "process 1234", from what the holder wrote; it may not have got so far, or was deleted.
std::string holder(const fs::path& path) {
    const driver::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    std::array<char, 16> digits{};
    const auto size = ::pread(file.get(), digits.data(), digits.size(), 0);
    std::string pid(digits.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    pid.erase(std::min(pid.find('\n'), pid.size()));
    return pid.empty() ? "another process" : "process " + pid;
}

// For people and for the message above; the lock itself is the kernel's. Written over what is there
// and then cut, since a full disk has no room for it once it has been given back.
Result<void> write_holder(int lock, const fs::path& path) {
    const auto pid = fmt::format("{}\n", ::getpid());
    const auto size = static_cast<ssize_t>(pid.size());
    if (::pwrite(lock, pid.data(), pid.size(), 0) != size || ::ftruncate(lock, size) != 0) {
        return means_full(errno) ? Result<void>() : unusable(path);
    }
    return {};
}

Result<driver::FileDescriptor> take_lock(driver::FileDescriptor file,
                                         const fs::path& what,
                                         const fs::path& lock_file) {
    if (!file.valid()) {
        return unusable(what);
    }
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK
                   ? fail(Errc::store_locked,
                          fmt::format("{} is held by {}", what.string(), holder(lock_file)))
                   : unusable(what);
    }
    return file;
}

Result<driver::FileDescriptor> lock_directory(const fs::path& directory) {
    return take_lock(
        driver::FileDescriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
        directory,
        directory / kLockFile);
}

Result<driver::FileDescriptor> lock_file(const fs::path& path) {
    driver::FileDescriptor file(
        ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.valid()) {
        give_to_owner_of(path.parent_path(), path);
    }
    auto locked = take_lock(std::move(file), path, path);
    if (!locked) {
        return locked;
    }
    const auto written = write_holder(locked->get(), path);
    return written ? std::move(locked) : written.error();
}

}  // namespace

Result<StateDirectory> StateDirectory::create(const fs::path& path) {
    std::error_code error;
    const auto directory = fs::absolute(path, error).lexically_normal();
    if (error) {
        return fail(Errc::bad_state_directory, path.string() + ": " + error.message());
    }
    if (const auto made = make_all(directory); !made) {
        return made.error();
    }
    return open(directory);
}

Result<StateDirectory> StateDirectory::open(const fs::path& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
        return fail(Errc::no_state_directory, "looked for " + path.string());
    }
    if (status.type() == fs::file_type::none) {
        return fail(Errc::bad_state_directory, path.string() + ": " + error.message());
    }
    if (status.type() != fs::file_type::directory) {
        return fail(Errc::bad_state_directory, path.string() + " is not a directory");
    }
    auto directory = lock_directory(path);
    if (!directory) {
        return directory.error();
    }
    auto file = lock_file(path / kLockFile);
    if (!file) {
        return file.error();
    }
    return StateDirectory(path, *std::move(directory), *std::move(file));
}

}  // namespace ledger_bridge::floor
