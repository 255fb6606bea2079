#include "driver/device_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "driver/wait.hpp"

namespace ledger_bridge::driver {

namespace {

namespace fs = std::filesystem;

constexpr mode_t kSharedFile = 0660;
constexpr std::size_t kMaxHolderSize = 64;

Error refused(const fs::path& path, int error_number) {
    const bool denied = error_number == EACCES || error_number == EPERM || error_number == EROFS;
    return system_failure(
        denied ? Errc::permission_denied : Errc::system, path.string(), error_number);
}

// For people; the lock itself is the kernel's.
std::string own_line() {
    return std::string(::program_invocation_short_name).substr(0, 32) + ", process " +
           std::to_string(::getpid());
}

// "ledger-bridged, process 1234", as the holder wrote it; it may not have got so far.
std::string holder(int file) {
    std::array<char, kMaxHolderSize> buffer{};
    const auto size = ::pread(file, buffer.data(), buffer.size(), 0);
    std::string line(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    line.erase(std::min(line.find('\n'), line.size()));
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return line.empty() ? "another process" : line;
}

Result<void> write_holder(int file, const fs::path& path) {
    const auto line = own_line() + "\n";
    const auto size = static_cast<ssize_t>(line.size());
    if (::ftruncate(file, 0) != 0 || ::pwrite(file, line.data(), line.size(), 0) != size) {
        return refused(path, errno);
    }
    return {};
}

// The mode is set apart because the umask of a service takes the group's rights away; it fails
// where somebody else of the group made the file, and then it is right already.
Result<FileDescriptor> open_lock_file(const fs::path& path) {
    FileDescriptor file(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kSharedFile));
    if (!file.valid()) {
        return refused(path, errno);
    }
    static_cast<void>(::fchmod(file.get(), kSharedFile));
    return file;
}

// /run/lock is open to everybody, so a stranger can make a directory of our name before we do.
Result<void> check_directory(const fs::path& directory) {
    struct stat status {};
    if (::lstat(directory.c_str(), &status) != 0) {
        return refused(directory, errno);
    }
    const bool ours = status.st_uid == 0 || status.st_uid == ::geteuid();
    if (!S_ISDIR(status.st_mode) || !ours || (status.st_mode & S_IWOTH) != 0) {
        return fail(Errc::system, directory.string() + " is not a directory of ours");
    }
    if (::faccessat(AT_FDCWD, directory.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
        return system_failure(Errc::permission_denied, directory.string(), errno);
    }
    return {};
}

Result<fs::path> made_directory(const fs::path& directory, mode_t mode) {
    if (::mkdir(directory.c_str(), mode) != 0 && errno != EEXIST) {
        return refused(directory, errno);
    }
    if (const auto good = check_directory(directory); !good) {
        return good.error();
    }
    return directory;
}

}  // namespace

Result<fs::path> lock_directory(const LockPlaces& places) {
    struct stat status {};
    if (places.root || ::lstat(places.system.c_str(), &status) == 0) {
        return made_directory(places.system, 0770);
    }
    if (!places.xdg_runtime_dir) {
        return fail(Errc::system,
                    "no place for the device's lock: neither " + places.system.string() +
                        " nor $XDG_RUNTIME_DIR");
    }
    return made_directory(fs::path(*places.xdg_runtime_dir) / "ledger-bridge", 0700);
}

bool is_held_here(const Error& busy) {
    return busy.code == make_error_code(Errc::device_busy) && busy.detail == own_line();
}

Result<DeviceLock> DeviceLock::take(const fs::path& directory, const std::string& bus_path) {
    const auto path = directory / ("usb-" + bus_path);
    auto file = open_lock_file(path);
    if (!file) {
        return file.error();
    }
    if (::flock(file->get(), LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK ? fail(Errc::device_busy, holder(file->get()))
                                    : refused(path, errno);
    }
    if (const auto written = write_holder(file->get(), path); !written) {
        return written.error();
    }
    return DeviceLock(std::move(*file));
}

}  // namespace ledger_bridge::driver
