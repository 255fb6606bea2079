#include "tools/common/whole_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "daemon/floor/directory_sync.hpp"
#include "daemon/floor/errors.hpp"
#include "driver/file_descriptor.hpp"

namespace ledger_bridge::tools {

namespace {

namespace fs = std::filesystem;
using driver::FileDescriptor;

constexpr std::size_t kMostBytes = std::size_t{2} * 1024 * 1024;

Error unusable(const fs::path& path, const std::string& why) {
    return fail(floor::Errc::file_unusable, path.string() + ": " + why);
}

Error unusable(const fs::path& path) {
    return unusable(path, std::generic_category().message(errno));
}

bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const auto size = ::write(file, text.data(), text.size());
        if (size < 0 && errno != EINTR) {
            return false;
        }
        text.remove_prefix(size < 0 ? 0 : static_cast<std::size_t>(size));
    }
    return ::fsync(file) == 0;
}

Result<void> write_new(const fs::path& path, std::string_view text, Readers readers) {
    const FileDescriptor file(::open(path.c_str(),
                                     O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW,
                                     static_cast<mode_t>(readers)));
    return file.valid() && write_all(file.get(), text) ? Result<void>() : unusable(path);
}

fs::path unfinished(const fs::path& path) {
    std::error_code error;
    return fs::absolute(path, error).string() + ".new";
}

Result<void> put_in_place(const fs::path& path) {
    const auto from = unfinished(path);
    return ::rename(from.c_str(), path.c_str()) == 0 ? floor::sync_directory(from.parent_path())
                                                     : unusable(path);
}

}  // namespace

Result<WholeFile> read_whole_file(const fs::path& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!file.valid() || ::fstat(file.get(), &status) != 0) {
        return unusable(path);
    }
    WholeFile whole{{}, std::chrono::system_clock::from_time_t(status.st_mtime)};
    std::array<char, 65536> block{};
    for (;;) {
        const auto size = ::read(file.get(), block.data(), block.size());
        if (size < 0 && errno != EINTR) {
            return unusable(path);
        }
        if (size == 0) {
            return whole;
        }
        whole.text.append(block.data(), size < 0 ? 0 : static_cast<std::size_t>(size));
        if (whole.text.size() > kMostBytes) {
            return unusable(path, "it has more than 2 MiB");
        }
    }
}

Result<void> write_whole_file(const fs::path& path, std::string_view text, Readers readers) {
    return write_whole_files({{path, std::string(text)}}, readers);
}

Result<void> write_whole_files(const std::vector<NewFile>& files, Readers readers) {
    Result<void> written;
    for (const auto& [path, text] : files) {
        written = written ? write_new(unfinished(path), text, readers) : written;
    }
    for (const auto& [path, text] : files) {
        written = written ? put_in_place(path) : written;
    }
    for (const auto& [path, text] : files) {
        if (!written) {
            ::unlink(unfinished(path).c_str());
        }
    }
    return written;
}

}  // namespace ledger_bridge::tools
