// Any text as the file of those who may ask.

#include <string>

#include "daemon/authorized_keys.hpp"
#include "daemon/errors.hpp"
#include "tests/fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ledger_bridge;
    const std::string text(data, data + size);
    const auto keys = daemon::parse_authorized_keys(text);
    if (!keys) {
        require(keys.error().code == make_error_code(daemon::Errc::bad_authorized_keys),
                "every error is bad_authorized_keys");
        return 0;
    }
    require(!keys->empty(), "a file without a key is an error");
    require(!daemon::names_nobody(text), "it has keys or names nobody, not both");
    for (const auto& key : *keys) {
        // JSON may spell a letter as \u0065.
        require(text.find(key.text()) != std::string::npos || text.find('\\') != std::string::npos,
                "every key stands in the file");
    }
    return 0;
}
