// Any five texts, a zero byte between them, as octez-signer's secret_keys, public_key_hashs,
// public_keys, authorized_keys and watermarks of blocks.

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>

#include "daemon/config/config_file.hpp"
#include "daemon/errors.hpp"
#include "tests/fuzz/folder.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tools/common/errors.hpp"
#include "tools/ledgerctl/foreign_signer.hpp"

namespace ledger_bridge::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::array kFiles{
    "secret_keys", "public_key_hashs", "public_keys", "authorized_keys", "block_high_watermarks"};

// Those that `text` has not are not there.
void fill(const fs::path& folder, const std::string& text) {
    std::size_t begin = 0;
    for (const auto* name : kFiles) {
        std::error_code ignored;
        fs::remove(folder / name, ignored);
        if (begin <= text.size()) {
            const auto end = std::min(text.find('\0', begin), text.size());
            write_file(folder / name, text.substr(begin, end - begin));
            begin = end + 1;
        }
    }
}

// What is taken over is a configuration that names the same Ledgers and clients, and no secret.
void check(ForeignSigner signer, const fs::path& folder) {
    require(std::any_of(signer.keys.begin(),
                        signer.keys.end(),
                        [](const ForeignKey& key) { return key.uri.has_value(); }),
            "one key is on a Ledger");
    for (const auto& key : signer.keys) {
        require(key.scheme.find(':') == std::string::npos, "nothing behind the scheme is kept");
        require(key.uri.has_value() == (key.scheme == "ledger"), "a Ledger's key is ledger:");
    }
    require(foreign_lines(signer).size() > signer.keys.size(), "every key has its line");
    const auto file = folder / "taken.toml";
    if (!signer.clients.empty()) {
        signer.authorized_keys = folder / "clients";
    }
    write_file(file, configuration_text(signer, {}));
    const auto config = daemon::read_config_file(file);
    require(config.has_value(), "what is written can be read");
    const auto& options = config->options;
    require(options.contains("device"), "it names its Ledgers");
    for (const auto& key : signer.keys) {
        const auto& devices = options.at("device").values;
        require(!key.uri || std::count(devices.begin(), devices.end(), key.device) == 1,
                "each Ledger once");
    }
    require(options.contains("require-authentication") == !signer.clients.empty(),
            "who had to show a key still has to");
}

}  // namespace
}  // namespace ledger_bridge::tools

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ledger_bridge;
    static const FuzzFolder folder("wallet");
    tools::fill(folder.path, std::string(data, data + size));
    const auto signer = tools::read_octez(folder.path);
    if (signer) {
        tools::check(*signer, folder.path);
        return 0;
    }
    require(signer.error().code == make_error_code(tools::Errc::bad_wallet) ||
                signer.error().code == make_error_code(daemon::Errc::bad_authorized_keys),
            "every error is of the wallet");
    require(signer.error().detail.size() > 1, "and says what is wrong");
    return 0;
}
