// A tree of USB devices with an emulated Ledger behind each port, and no kernel.
#pragma once

#include <map>
#include <string>

#include "daemon/usb/usb_opener.hpp"
#include "driver/errors.hpp"
#include "tests/driver/usb_tree.hpp"
#include "tools/emulator/app/device.hpp"

namespace ledger_bridge::daemon {

inline constexpr auto* kDefaultName = "masculine-pig-stupendous-dugong";

inline std::string other_mnemonic() {
    std::string words;
    for (int i = 0; i < 23; ++i) {
        words += "abandon ";
    }
    return words + "art";
}

// What is plugged into one port: it opens unless a reason is given, and answers as its device does.
struct Plugged {
    explicit Plugged(std::string_view mnemonic)
        : keys(*emulator::seed_from_mnemonic(mnemonic)), device(keys, {}) {}

    emulator::KeyRing keys;
    emulator::Device device;
    std::optional<Error> refusal = std::nullopt;
    std::optional<std::uint16_t> always = std::nullopt;  // the one word it answers
    int opened = 0;
};

// Opens the prompt of SETUP of 44h/1729h/0h/0h for mainnet at level 500.
inline void ask_to_authorise(emulator::Device& device) {
    device.exchange(
        *from_hex("800a00001d7a06a770000001f4000001f4048000002c800006c18000000080000000"));
}

inline void authorise(emulator::Device& device) {
    ask_to_authorise(device);
    device.accept();
}

class PluggedTransport final : public driver::Transport {
public:
    explicit PluggedTransport(Plugged& plugged) : plugged_(plugged) {}

    Result<Bytes> exchange(ByteView apdu, const Deadline& /*deadline*/) override {
        if (plugged_.always) {
            return ByteWriter().u16(*plugged_.always).take();
        }
        const auto answer = plugged_.device.exchange(apdu);
        return answer ? Result<Bytes>(answer->bytes) : fail(driver::Errc::timed_out);
    }
    Result<std::size_t> drain(Duration /*quiet*/) override { return std::size_t{0}; }
    void cancel() override {}

private:
    Plugged& plugged_;
};

class PluggedPorts {
public:
    Plugged& plug(const std::string& bus_path,
                  std::string_view mnemonic = emulator::kDefaultMnemonic,
                  const std::string& product_id = "5011") {
        const auto number = static_cast<int>(ports.size()) + 1;
        tree.add({.bus_path = bus_path,
                  .product_id = product_id,
                  .number = number,
                  .interfaces = {{.hidraw = "hidraw" + std::to_string(number)}}});
        return ports.emplace(bus_path, mnemonic).first->second;
    }

    // In place of the kernel.
    OpenFound opener() {
        return
            [this](const driver::UsbDevice& device) -> Result<std::unique_ptr<driver::Transport>> {
                auto& port = ports.at(device.bus_path);
                ++port.opened;
                if (port.refusal) {
                    return *port.refusal;
                }
                return std::unique_ptr<driver::Transport>(std::make_unique<PluggedTransport>(port));
            };
    }

    driver::test::UsbTree tree;
    std::map<std::string, Plugged> ports;
};

}  // namespace ledger_bridge::daemon
