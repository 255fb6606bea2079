#include "driver/sysfs.hpp"

#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "driver/file_descriptor.hpp"

namespace ledger_bridge::driver {

namespace {

constexpr std::size_t kMaxAttributeSize = 4096;  // a page: sysfs gives no more

}  // namespace

std::optional<Bytes> read_attribute(const std::filesystem::path& file) {
    const FileDescriptor attribute(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!attribute.valid()) {
        return std::nullopt;
    }
    Bytes bytes(kMaxAttributeSize);
    ssize_t size = 0;
    do {
        size = ::read(attribute.get(), bytes.data(), bytes.size());
    } while (size < 0 && errno == EINTR);
    if (size < 0) {
        return std::nullopt;
    }
    bytes.resize(static_cast<std::size_t>(size));
    return bytes;
}

std::string read_text(const std::filesystem::path& file) {
    std::string text;
    for (const auto byte : read_attribute(file).value_or(Bytes{})) {
        if (byte == '\n') {
            break;
        }
        const bool control = byte < ' ' || byte == 0x7f;
        text += control ? '?' : static_cast<char>(byte);
    }
    return text;
}

std::optional<std::uint16_t> read_number(const std::filesystem::path& file, int base) {
    const auto text = read_text(file);
    std::uint16_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number, base);
    if (error != std::errc{} || stop != end) {
        return std::nullopt;
    }
    return number;
}

std::vector<std::string> names_in(const std::filesystem::path& directory) {
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator entry(directory, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        names.push_back(entry->path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace ledger_bridge::driver
