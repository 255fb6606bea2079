// A device that a tool opens itself, and what an operator's command needs to know of it.
#pragma once

#include "daemon/admin/operator_context.hpp"
#include "daemon/config/config.hpp"
#include "daemon/usb/identity.hpp"
#include "daemon/usb/open_device.hpp"
#include "tools/common/host_state.hpp"
#include "tools/common/lasting_transport.hpp"

namespace ledger_bridge::tools {

// As the daemon would reach USB. Reads the environment: call it before any thread is started.
daemon::UsbOptions usb_options(const daemon::Config& installation);

// Opens the device and throws away what an earlier host may have left on its wire.
// Errors: the opener's.
Result<daemon::OpenedDevice> open_clean(const daemon::Opener& open, const Clock& clock);

// The same over the next connection of `wire`. Errors: also disconnected, once it was cancelled.
Result<void> reopen_clean(LastingTransport& wire,
                          const daemon::Opener& open,
                          const Deadline& until);

// Errors: those of daemon::ask_identity.
Result<daemon::Identity> identify(apdu::BakingApp& app, const Clock& clock);

// The authorised key, and the marks read twice. Errors: the device's; malformed_answer when the two
// differ.
Result<admin::Standing> standing_of(apdu::BakingApp& app, const Deadline& deadline);

// The app's build, or empty. To be asked last: an app may fall silent at it.
std::string build_of(apdu::BakingApp& app, const Clock& clock);

// What the daemon does at every connect: whatever another signer did with the authorised key, as
// far as the device's marks tell, counts as used, durably, before anything is worked out from them.
// Nothing without an authorised key. Errors: the device's and the store's.
Result<void> adopt_marks(apdu::BakingApp& app,
                         const daemon::Identity& identity,
                         const HostState& state,
                         const Clock& clock);

// `app`, `state` and `clock` must outlive it.
admin::Operator operator_of(apdu::BakingApp& app,
                            const daemon::Identity& identity,
                            const std::string& device,
                            const HostState& state,
                            const Clock& clock);

}  // namespace ledger_bridge::tools
