#include "daemon/floor/marker.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>

#include <fmt/format.h>

#include "apdu/digest.hpp"
#include "daemon/floor/directory_sync.hpp"
#include "daemon/floor/disk_full.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/floor/owner.hpp"
#include "driver/base/bytes.hpp"

namespace ledger_bridge::floor {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFile = "marker";
constexpr std::size_t kSumBytes = 8;

std::string sum_of(std::string_view text) {
    return to_hex(ByteView(apdu::blake2b_256(as_bytes(text))).first(kSumBytes));
}

std::string line_of(const Marker& marker) {
    const auto text =
        fmt::format("ledger-bridge floor {} writes {:020}", marker.floor, marker.writes);
    return fmt::format("{} sum {}\n", text, sum_of(text));
}

// Whatever reads as a line is one exactly when it is what would be written for it.
std::optional<Marker> parse_line(const std::string& line) {
    const auto whole = line_of({std::string(32, '0'), 0});
    if (line.size() + 1 != whole.size()) {
        return std::nullopt;
    }
    Marker marker{line.substr(whole.find("floor ") + 6, 32), 0};
    const auto* digits = line.data() + whole.find("writes ") + 7;
    std::from_chars(digits, digits + 20, marker.writes);
    return line_of(marker) == line + "\n" ? std::optional(marker) : std::nullopt;
}

// The later one of those that are whole.
std::optional<Marker> parse(std::istream& text) {
    std::optional<Marker> latest;
    for (std::string line; std::getline(text, line);) {
        const auto one = parse_line(line);
        if (one && (!latest || latest->writes < one->writes)) {
            latest = one;
        }
    }
    return latest;
}

Error unavailable(const fs::path& path) {
    return fail(means_full(errno) ? Errc::store_full : Errc::marker_unavailable,
                path.string() + ": " + std::generic_category().message(errno));
}

Result<void> make_directory(const fs::path& made, const fs::path& state_directory) {
    if (::mkdir(made.c_str(), 0700) != 0) {
        return errno == EEXIST ? Result<void>() : unavailable(made);
    }
    give_to_owner_of(state_directory, made);
    return sync_directory(made.parent_path());
}

bool write_at(int file, std::string_view text, std::size_t offset) {
    return ::pwrite(file, text.data(), text.size(), static_cast<off_t>(offset)) ==
           static_cast<ssize_t>(text.size());
}

// Both lines, durably, in a new file of this name. Gives its descriptor.
Result<int> write_new(const fs::path& path, const std::string& line) {
    const int file =
        ::open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return unavailable(path);
    }
    if (!write_at(file, line + line, 0) || ::fsync(file) != 0) {
        const auto error = unavailable(path);
        ::close(file);
        return error;
    }
    return file;
}

}  // namespace

fs::path marker_directory(const fs::path& state_directory) {
    std::error_code ignored;
    auto normal = fs::absolute(state_directory, ignored).lexically_normal();
    if (!normal.has_filename()) {  // "D/"
        normal = normal.parent_path();
    }
    return normal.string() + ".marker";
}

Result<std::optional<Marker>> MarkerFile::read(const fs::path& directory) {
    const auto path = directory / kFile;
    std::error_code error;
    const auto status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
        return std::optional<Marker>();
    }
    std::ifstream file(path);
    if (error || !file) {
        return fail(Errc::marker_unavailable,
                    path.string() + ": " + (error ? error.message() : "it cannot be read"));
    }
    const auto marker = parse(file);
    if (!marker) {
        return fail(Errc::marker_damaged, path.string());
    }
    return marker;
}

Result<MarkerFile> MarkerFile::write(const fs::path& state_directory, const Marker& marker) {
    const auto directory = marker_directory(state_directory);
    if (const auto made = make_directory(directory, state_directory); !made) {
        return made.error();
    }
    const auto unfinished = directory / "marker.new";
    const auto file = write_new(unfinished, line_of(marker));
    if (!file) {
        return file.error();
    }
    MarkerFile written(marker, *file);
    give_to_owner_of(directory, unfinished);
    if (::rename(unfinished.c_str(), (directory / kFile).c_str()) != 0) {
        return unavailable(directory / kFile);
    }
    if (const auto synced = sync_directory(directory); !synced) {
        return synced.error();
    }
    return written;
}

MarkerFile::~MarkerFile() {
    if (file_ >= 0) {
        ::close(file_);
    }
}

void MarkerFile::note(std::uint64_t writes) {
    marker_.writes = writes;
    const auto line = line_of(marker_);
    static_cast<void>(write_at(file_, line, writes % 2 * line.size()));
    saved_ = false;
}

void MarkerFile::save() {
    if (!saved_) {
        saved_ = ::fdatasync(file_) == 0;
    }
}

}  // namespace ledger_bridge::floor
