// What every device of this machine does, when no daemon runs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/usb/open_device.hpp"
#include "tools/common/carrier.hpp"
#include "tools/common/host_state.hpp"

namespace ledger_bridge::tools {

// One device that is asked: what --device calls it, where it is plugged in as far as that is known
// beforehand, and the way to it.
struct Surveyed {
    std::string device;
    std::optional<driver::UsbDevice> usb;
    daemon::Opener open;
};

// The Ledgers on USB by their ports, and the devices at an address of the configuration; or the
// configured devices alone, when there are none or when `named` says that the person chose them.
std::vector<Surveyed> devices_to_survey(const daemon::Config& installation,
                                        bool named,
                                        const std::vector<driver::UsbDevice>& found,
                                        const daemon::UsbOptions& usb,
                                        const Clock& clock);

// One after the other, each under its lock and closed again; what keeps one from being opened is
// its state. The shape is that of admin::status_json.
nlohmann::json survey(const std::vector<Surveyed>& devices,
                      const HostState& state,
                      const Clock& clock);

// Carries `list` and `status`. Errors: store_locked and the store's.
Result<std::unique_ptr<Carrier>> open_survey(const daemon::Config& installation,
                                             bool named,
                                             const Clock& clock);

}  // namespace ledger_bridge::tools
