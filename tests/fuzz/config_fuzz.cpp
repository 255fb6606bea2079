// Any text as a configuration file, or, when it begins with a hyphen, as a command line with a word
// a line.

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/config/policy_tables.hpp"
#include "daemon/errors.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace ledger_bridge::daemon {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

// A file without a folder.
class TextFile {
public:
    explicit TextFile(const std::string& text) : file_(::memfd_create("config", MFD_CLOEXEC)) {
        require(::write(file_, text.data(), text.size()) == static_cast<ssize_t>(text.size()),
                "a file in memory");
    }
    TextFile(const TextFile&) = delete;
    TextFile& operator=(const TextFile&) = delete;
    TextFile(TextFile&&) = delete;
    TextFile& operator=(TextFile&&) = delete;
    ~TextFile() { ::close(file_); }

    [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

private:
    int file_;
};

bool in_range(Duration time) {
    return time >= milliseconds(1) && time <= hours(1);
}

void check(const Config& config) {
    const std::set<std::uint8_t> signable{0x03, 0x11, 0x12, 0x13};
    require(std::ranges::includes(signable, config.magic_bytes), "the app signs all of them");
    require(!config.devices.empty(), "there is a device");
    for (const auto& device : config.devices) {
        const auto again = driver::parse_device_name(device.text());
        require(again && *again == device, "a device's name survives its text");
    }
    for (const auto& chain : config.chains) {
        require(!chain.unspecified(), "every chain is one");
    }
    const bool decided = config.allow_remote || config.require_authentication;
    for (const auto& listener : {config.http, config.tcp}) {
        for (const auto& address : listener) {
            require(address.loopback() || decided, "nobody is let in by accident");
        }
    }
    require(check_policies(config).has_value(), "what was read can be reloaded");
    for (const auto time :
         {config.sign_deadline, config.block_time, config.http_limits.header_time}) {
        require(in_range(time), "times are from 1 ms to 1 h");
    }
}

std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> words;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        // Only this target's own files are read.
        words.push_back(line.starts_with("--config") ? "--config=/nowhere" : line);
    }
    return words;
}

}  // namespace
}  // namespace ledger_bridge::daemon

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ledger_bridge;
    const std::string text(data, data + size);
    const bool is_line = text.starts_with('-');
    const daemon::TextFile file(is_line ? "" : text);
    const auto words =
        is_line ? daemon::words_of(text) : std::vector<std::string>{"--config", file.path()};
    const auto usual = size % 2 == 0 ? file.path() : "/nowhere/ledger-bridged.toml";
    const auto start = daemon::read_start_up(words, "0", usual);
    if (!start) {
        require(start.error().code == make_error_code(daemon::Errc::bad_option) ||
                    start.error().text().size() > 1,
                "a refusal says why");
    } else if (!start->message) {
        daemon::check(start->config);
    }
    return 0;
}
