// The path from a device's seed to one key.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apdu/errors.hpp"
#include "driver/base/bytes.hpp"

namespace ledger_bridge::apdu {

// 1 to 10 components; bit 31 of a component means hardened.
//
// On the wire: count (1), then each component (4, big-endian).
class DerivationPath {
public:
    // "44h/1729h/0h/0h", or with ' instead of h. Errors: bad_path.
    static Result<DerivationPath> parse(std::string_view text);
    // Components as on the wire. Errors: bad_path when there are none or more than 10.
    static Result<DerivationPath> from_components(std::vector<std::uint32_t> components);
    // Reads one path and leaves what follows. Errors: bad_path.
    static Result<DerivationPath> read(ByteReader& reader);

    // 44h/1729h/0h/0h, where wallets put the first Tezos key.
    static DerivationPath tezos_default();
    // 44h/1729h, whose ed25519 key gives the device its animal name.
    static DerivationPath root();

    [[nodiscard]] const std::vector<std::uint32_t>& components() const { return components_; }
    // "44h/1729h/0h/0h".
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool all_hardened() const;
    void write(ByteWriter& writer) const;

    bool operator==(const DerivationPath&) const = default;

private:
    explicit DerivationPath(std::vector<std::uint32_t> components)
        : components_(std::move(components)) {}

    std::vector<std::uint32_t> components_;
};

}  // namespace ledger_bridge::apdu
