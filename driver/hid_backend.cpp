#include "driver/hid_backend.hpp"

namespace ledger_bridge::driver {

std::string_view text(HidBackend backend) {
    return backend == HidBackend::hidraw ? "hidraw" : "libusb";
}

std::optional<HidBackend> parse_hid_backend(std::string_view text) {
    for (const auto backend : {HidBackend::hidraw, HidBackend::libusb}) {
        if (driver::text(backend) == text) {
            return backend;
        }
    }
    return std::nullopt;
}

}  // namespace ledger_bridge::driver
