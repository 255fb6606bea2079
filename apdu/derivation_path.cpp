#include "apdu/derivation_path.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace ledger_bridge::apdu {

namespace {

constexpr std::size_t kMaxComponents = 10;
constexpr std::uint32_t kHardened = 0x80000000;
constexpr std::uint32_t kBip44 = 44 | kHardened;
constexpr std::uint32_t kTezosCoin = 1729 | kHardened;

// "44h", "44'" or "44".
std::optional<std::uint32_t> parse_component(std::string_view text) {
    const bool hardened = text.ends_with('h') || text.ends_with('\'');
    if (hardened) {
        text.remove_suffix(1);
    }
    std::uint32_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || number >= kHardened) {
        return std::nullopt;
    }
    return hardened ? number | kHardened : number;
}

bool is_hardened(std::uint32_t component) {
    return (component & kHardened) != 0;
}

}  // namespace

Result<DerivationPath> DerivationPath::parse(std::string_view text) {
    std::vector<std::uint32_t> components;
    for (bool more = true; more;) {
        const auto slash = text.find('/');
        const auto component = parse_component(text.substr(0, slash));
        if (!component || components.size() == kMaxComponents) {
            return fail(Errc::bad_path, "at '" + std::string(text) + "'");
        }
        components.push_back(*component);
        more = slash != std::string_view::npos;
        text.remove_prefix(more ? slash + 1 : text.size());
    }
    return DerivationPath(std::move(components));
}

Result<DerivationPath> DerivationPath::from_components(std::vector<std::uint32_t> components) {
    if (components.empty() || components.size() > kMaxComponents) {
        return fail(Errc::bad_path, std::to_string(components.size()) + " numbers");
    }
    return DerivationPath(std::move(components));
}

Result<DerivationPath> DerivationPath::read(ByteReader& reader) {
    const std::size_t count = reader.u8();
    std::vector<std::uint32_t> components;
    for (std::size_t i = 0; i < count && reader.ok(); ++i) {
        components.push_back(reader.u32());
    }
    if (!reader.ok()) {
        return fail(Errc::bad_path, "cut short");
    }
    return from_components(std::move(components));
}

DerivationPath DerivationPath::tezos_default() {
    return DerivationPath({kBip44, kTezosCoin, kHardened, kHardened});
}

DerivationPath DerivationPath::root() {
    return DerivationPath({kBip44, kTezosCoin});
}

std::string DerivationPath::text() const {
    std::string text;
    for (const auto component : components_) {
        text += text.empty() ? "" : "/";
        text += std::to_string(component & ~kHardened);
        text += is_hardened(component) ? "h" : "";
    }
    return text;
}

bool DerivationPath::all_hardened() const {
    return std::all_of(components_.begin(), components_.end(), is_hardened);
}

void DerivationPath::write(ByteWriter& writer) const {
    writer.u8(static_cast<std::uint8_t>(components_.size()));
    for (const auto component : components_) {
        writer.u32(component);
    }
}

}  // namespace ledger_bridge::apdu
