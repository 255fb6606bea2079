#include "tools/ledgerctl/octez_lists.hpp"

#include <fmt/format.h>

#include "apdu/animal_names.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/output.hpp"
#include "tools/common/whole_file.hpp"

namespace ledger_bridge::tools {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

Error bad(const fs::path& file, const std::string& why) {
    return fail(Errc::bad_wallet, file.string() + ": " + why);
}

}  // namespace

Result<NamedValues> read_octez_list(const fs::path& file) {
    const auto whole = read_whole_file(file);
    if (!whole) {
        return whole.error();
    }
    const auto list = json::parse(whole->text, nullptr, false);
    if (!list.is_array()) {
        return bad(file, "it is no JSON list");
    }
    NamedValues entries;
    for (const auto& entry : list) {
        const auto name = text_in(entry, "name");
        const auto& value = member(entry, "value");
        if (name.empty() || value.is_null()) {
            return bad(file, "an entry has no name or no value");
        }
        if (!entries.emplace(name, value).second) {
            return bad(file, fmt::format("'{}' stands in it twice", name));
        }
    }
    return entries;
}

Result<ForeignKey> read_octez_key(const fs::path& file,
                                  const std::string& name,
                                  const json& value) {
    const auto* text = value.get_ptr<const std::string*>();
    if (text == nullptr) {
        return bad(file, fmt::format("'{}' has no text as its value", name));
    }
    ForeignKey key{.name = name, .scheme = text->substr(0, text->find(':'))};
    if (key.scheme == *text) {
        return bad(file, fmt::format("the value of '{}' is no URI", name));
    }
    if (key.scheme == "ledger") {
        const auto uri = apdu::parse_ledger_uri(*text);
        if (!uri) {
            return bad(file, fmt::format("'{}': {}", name, uri.error().detail));
        }
        key.uri = *uri;
        key.device = "usb:" + apdu::name_in_words(uri->name);
    }
    return key;
}

}  // namespace ledger_bridge::tools
