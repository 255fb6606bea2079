#include "tools/emulator/rig/nvram_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>

#include "tools/emulator/errors.hpp"

namespace ledger_bridge::emulator {

namespace {

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor(Descriptor&&) = delete;
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    [[nodiscard]] int get() const { return number_; }

private:
    int number_;
};

std::string system_reason(const std::filesystem::path& path) {
    return path.string() + ": " + std::error_code(errno, std::generic_category()).message();
}

// Nothing when a read fails; `errno` says why.
std::optional<std::string> read_all(int descriptor) {
    std::string text;
    std::array<char, 4096> piece{};
    while (true) {
        const auto size = ::read(descriptor, piece.data(), piece.size());
        if (size == 0) {
            return text;
        }
        if (size < 0 && errno != EINTR) {
            return std::nullopt;
        }
        text.append(piece.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    }
}

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            return false;
        }
        text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    return true;
}

bool write_synced(const std::filesystem::path& path, std::string_view text) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    return file.get() >= 0 && write_all(file.get(), text) && ::fsync(file.get()) == 0;
}

bool sync_folder(const std::filesystem::path& path) {
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return directory.get() >= 0 && ::fsync(directory.get()) == 0;
}

}  // namespace

Result<BakingData> NvramFile::load() const {
    const Descriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0 && errno == ENOENT) {
        return BakingData{};
    }
    const auto text = read_all(file.get());
    if (!text) {
        return fail(Errc::nvram_unreadable, system_reason(path_));
    }
    auto data = nvram_from_text(*text);
    if (!data) {
        return Error{data.error().code, path_.string()};
    }
    return data;
}

Result<void> NvramFile::save(const BakingData& data) const {
    auto beside = path_;
    beside += ".new";
    const auto done = write_synced(beside, nvram_to_text(data)) &&
                      ::rename(beside.c_str(), path_.c_str()) == 0 && sync_folder(path_);
    if (!done) {
        return fail(Errc::nvram_not_written, system_reason(path_));
    }
    return {};
}

}  // namespace ledger_bridge::emulator
