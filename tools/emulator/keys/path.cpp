#include "tools/emulator/keys/path.hpp"

#include <algorithm>

namespace ledger_bridge::emulator {

std::span<const std::uint32_t> Path::used() const {
    return std::span(components).first(usable() ? count : 0);
}

std::string Path::text() const {
    std::string text;
    for (const auto component : used()) {
        text += text.empty() ? "" : "/";
        text += std::to_string(component & ~kHardened);
        text += (component & kHardened) != 0 ? "h" : "";
    }
    return text;
}

bool operator==(const Path& left, const Path& right) {
    return left.count == right.count && std::ranges::equal(left.used(), right.used());
}

}  // namespace ledger_bridge::emulator
