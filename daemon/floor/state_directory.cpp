#include "daemon/floor/state_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "daemon/floor/directory_sync.hpp"
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

// "process 1234", from what the holder wrote; it may not have got so far.
std::string holder(int lock) {
    std::array<char, 16> digits{};
    const auto size = ::pread(lock, digits.data(), digits.size(), 0);
    std::string pid(digits.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    pid.erase(std::min(pid.find('\n'), pid.size()));
    return pid.empty() ? "another process" : "process " + pid;
}

// For people and for the message above; the lock itself is the kernel's.
Result<void> write_holder(int lock, const fs::path& path) {
    const auto pid = fmt::format("{}\n", ::getpid());
    const auto size = static_cast<ssize_t>(pid.size());
    if (::ftruncate(lock, 0) != 0 || ::pwrite(lock, pid.data(), pid.size(), 0) != size) {
        return unusable(path);
    }
    return {};
}

// Closes the file unless it is released to a holder.
class OpenFile {
public:
    explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    OpenFile(OpenFile&&) = delete;
    OpenFile& operator=(OpenFile&&) = delete;
    ~OpenFile() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }

    [[nodiscard]] int get() const { return descriptor_; }
    int release() { return std::exchange(descriptor_, -1); }

private:
    int descriptor_;
};

// The descriptor whose closing gives the lock back.
Result<int> take_lock(const fs::path& path) {
    OpenFile file(::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.get() < 0) {
        return unusable(path);
    }
    give_to_owner_of(path.parent_path(), path);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK
                   ? fail(Errc::store_locked,
                          fmt::format("{} is held by {}", path.string(), holder(file.get())))
                   : unusable(path);
    }
    if (const auto written = write_holder(file.get(), path); !written) {
        return written.error();
    }
    return file.release();
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
    const auto lock = take_lock(path / kLockFile);
    if (!lock) {
        return lock.error();
    }
    return StateDirectory(path, *lock);
}

StateDirectory::~StateDirectory() {
    if (lock_ >= 0) {
        ::close(lock_);
    }
}

}  // namespace ledger_bridge::floor
