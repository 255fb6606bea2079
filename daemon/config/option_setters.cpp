#include "daemon/config/option_setters.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "daemon/config/values.hpp"
#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

// What the Baking app signs at all: manager operations, blocks, preattestations, attestations.
constexpr std::array<std::uint64_t, 4> kMagicBytes{0x03, 0x11, 0x12, 0x13};

Values split_list(std::string_view text) {
    Values parts;
    for (;;) {
        const auto comma = std::min(text.find(','), text.size());
        const auto part = text.substr(0, comma);
        const auto first = std::min(part.find_first_not_of(' '), part.size());
        parts.emplace_back(part.substr(first, part.find_last_not_of(' ') + 1 - first));
        if (comma == text.size()) {
            return parts;
        }
        text.remove_prefix(comma + 1);
    }
}

}  // namespace

Values split_lists(const Values& values) {
    Values parts;
    for (const auto& value : values) {
        const auto some = split_list(value);
        parts.insert(parts.end(), some.begin(), some.end());
    }
    return parts;
}

Result<std::uint8_t> parse_magic_byte(std::string_view text) {
    const auto byte = parse_number(text, 0, 0xff);
    if (!byte || std::find(kMagicBytes.begin(), kMagicBytes.end(), *byte) == kMagicBytes.end()) {
        return fail(Errc::bad_option,
                    fmt::format("'{}' is none of 0x03, 0x11, 0x12, 0x13, and the Baking app signs "
                                "nothing else",
                                text));
    }
    return static_cast<std::uint8_t>(*byte);
}

Result<void> set_devices(Config& config, const Values& values) {
    if (values.empty()) {
        return fail(Errc::bad_option, "the list is empty");
    }
    config.devices.clear();
    for (const auto& value : values) {
        const auto device = driver::parse_device_name(value);
        if (!device) {
            return device.error();
        }
        config.devices.push_back(*device);
    }
    return {};
}

Result<void> set_listeners(std::vector<ListenAddress>& target, const Values& values) {
    target.clear();
    if (values.size() == 1 && values.front() == "none") {
        return {};
    }
    for (const auto& value : values) {
        if (value == "none") {
            return fail(Errc::bad_option, "'none' stands alone");
        }
        const auto address = parse_listen_address(value);
        if (!address) {
            return address.error();
        }
        // Each port 0 is another.
        if (address->port != 0 &&
            std::find(target.begin(), target.end(), *address) != target.end()) {
            return fail(Errc::bad_option, fmt::format("'{}' is given twice", value));
        }
        target.push_back(*address);
    }
    return target.empty() ? fail(Errc::bad_option, "the list is empty") : Result<void>();
}

Result<void> set_path(std::optional<std::string>& target, const Values& values) {
    if (values.front().empty()) {
        return fail(Errc::bad_option, "the path is empty");
    }
    target = values.front();
    return {};
}

Result<void> set_usb_backend(Config& config, const Values& values) {
    const auto backend = driver::parse_hid_backend(values.front());
    if (!backend) {
        return fail(Errc::bad_option,
                    fmt::format("'{}' is neither hidraw nor libusb", values.front()));
    }
    config.usb_backend = *backend;
    return {};
}

Result<void> set_store(Config& config, const Values& values) {
    if (values.front() == "etcd") {
        return fail(Errc::bad_option, "this version has no etcd store, only sqlite");
    }
    if (values.front() != "sqlite") {
        return fail(Errc::bad_option, fmt::format("'{}' is not sqlite", values.front()));
    }
    config.store = StoreKind::sqlite;
    return {};
}

Result<void> set_magic_bytes(Config& config, const Values& values) {
    if (values.empty()) {
        return fail(Errc::bad_option, "the list is empty");
    }
    config.magic_bytes.clear();
    for (const auto& part : split_lists(values)) {
        const auto byte = parse_magic_byte(part);
        if (!byte) {
            return byte.error();
        }
        config.magic_bytes.insert(*byte);
    }
    return {};
}

Result<void> set_node(Config& config, const Values& values) {
    const auto url = node::parse_node_url(values.front());
    if (!url) {
        return url.error();
    }
    config.node = *url;
    return {};
}

Result<void> set_chains(Config& config, const Values& values) {
    config.chains.clear();
    for (const auto& value : values) {
        const auto chain = apdu::parse_chain_id(value);
        if (!chain) {
            return chain.error();
        }
        if (chain->unspecified()) {
            return fail(Errc::bad_option, "'any' is no chain to serve; name each one");
        }
        config.chains.push_back(*chain);
    }
    return {};
}

}  // namespace ledger_bridge::daemon
