// What can go wrong between this program and a device, below any app's language.
#pragma once

#include <span>

#include "driver/base/result.hpp"

namespace ledger_bridge::driver {

enum class Errc {
    no_device = 1,
    several_devices,
    permission_denied,
    device_busy,
    no_hid_driver,
    bootloader,
    unknown_product,
    disconnected,
    timed_out,
    bad_frame,
    bad_device_name,
    system,
};

error_code make_error_code(Errc code);

// One row for each Errc, in that order.
std::span<const ErrorRow> error_rows();

}  // namespace ledger_bridge::driver

namespace boost::system {
template <>
struct is_error_code_enum<ledger_bridge::driver::Errc> : std::true_type {};
}  // namespace boost::system
