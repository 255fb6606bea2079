#include "daemon/usb/usb_opener.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "apdu/baking_app.hpp"
#include "apdu/status_word.hpp"
#include "daemon/usb/identity.hpp"
#include "driver/errors.hpp"
#include "driver/open_usb.hpp"

namespace ledger_bridge::daemon {

namespace {

using driver::DeviceKind;
using driver::ProductState;
using driver::UsbDevice;

constexpr Duration kDrainTime = std::chrono::milliseconds{20};
// For each candidate: one with a prompt on its screen must not use up the time of the others.
constexpr Duration kAskTime = std::chrono::milliseconds{700};

bool at_path(const UsbDevice& device, const std::string& path) {
    return device.hidraw == path || device.bus_path == path || device.path == path;
}

std::string list_text(const std::vector<UsbDevice>& devices) {
    std::vector<std::string> texts;
    texts.reserve(devices.size());
    for (const auto& device : devices) {
        texts.push_back(device.text());
    }
    return fmt::format("{}", fmt::join(texts, "; "));
}

Error none_of(const std::vector<UsbDevice>& found) {
    return fail(driver::Errc::no_device,
                found.empty() ? "no Ledger on USB" : "there is " + list_text(found));
}

Error with_place(driver::Errc code, const UsbDevice& device, const Error& reason) {
    return fail(code,
                fmt::format("{}, USB id {:04x}:{:04x}: {}",
                            device.text(),
                            driver::kLedgerVendor,
                            device.product_id,
                            reason.code.message()));
}

// The udev rules do not know such a device either, so that is what its rights tell.
Error not_opened(const UsbDevice& device, const Error& error) {
    const bool denied = error.code == make_error_code(driver::Errc::permission_denied);
    return denied && device.state == ProductState::unknown
               ? with_place(driver::Errc::unknown_product, device, error)
               : error;
}

// With an id of the bootloader or of an unknown model an app may be open all the same: firmware of
// the legacy scheme has such ids always. Whoever does not answer as an app does is what the id
// says.
Error no_app_answer(const UsbDevice& device, const Error& error) {
    if (error.code == make_error_code(apdu::StatusWord::locked) ||
        error.code == make_error_code(driver::Errc::disconnected)) {
        return error;
    }
    return with_place(device.state == ProductState::unknown ? driver::Errc::unknown_product
                                                            : driver::Errc::bootloader,
                      device,
                      error);
}

Result<void> ask_for_an_app(driver::Transport& transport, const Deadline& deadline) {
    if (const auto drained = transport.drain(kDrainTime); !drained) {
        return drained.error();
    }
    const auto info = apdu::BakingApp(transport).app_info(deadline);
    return info ? Result<void>() : info.error();
}

Result<OpenedDevice> open_one(const UsbDevice& device,
                              const OpenFound& open,
                              const Deadline& deadline) {
    auto transport = open(device);
    if (!transport) {
        return not_opened(device, transport.error());
    }
    if (device.state != ProductState::app_or_dashboard) {
        const auto asked = ask_for_an_app(**transport, deadline.at_most(kAskTime));
        if (!asked) {
            return no_app_answer(device, asked.error());
        }
    }
    return OpenedDevice{std::move(*transport), device};
}

Result<std::string> seed_name(driver::Transport& transport, const Deadline& deadline) {
    if (const auto drained = transport.drain(kDrainTime); !drained) {
        return drained.error();
    }
    apdu::BakingApp app(transport);
    const auto identity = ask_identity(app, deadline, deadline);
    return identity ? Result<std::string>(identity->name) : identity.error();
}

// One device that was asked for its seed's name, and what came of it.
struct Asked {
    std::string text;  // model and place
    Result<std::string> name;
};

std::string name_text(const Asked& asked) {
    return asked.text + (asked.name ? " is " + *asked.name : " is open under another name here");
}

std::string reason_text(const Asked& asked) {
    const auto& error = asked.name.error();
    return asked.text + ": " + (error.detail.empty() ? error.code.message() : error.detail);
}

// Nobody had the wanted name; the devices that did not say theirs are the better answer.
Error not_found(const std::vector<Asked>& asked) {
    std::vector<std::string> unnamed;
    std::vector<std::string> named;
    std::optional<error_code> first;
    for (const auto& one : asked) {
        // A session of this program that has it knows it by another name.
        if (one.name || driver::is_held_here(one.name.error())) {
            named.push_back(name_text(one));
            continue;
        }
        first = first.value_or(one.name.error().code);
        unnamed.push_back(reason_text(one));
    }
    if (!first) {
        return fail(driver::Errc::no_device, fmt::format("{}", fmt::join(named, "; ")));
    }
    return Error{*first,
                 fmt::format("the device of that name may be {}", fmt::join(unnamed, "; or "))};
}

bool has_key(driver::Transport& transport, const Deadline& deadline) {
    const auto key = apdu::BakingApp(transport).authorized_key(deadline);
    return key && key->has_value();
}

// Of two devices of one seed, a spare that nobody set up must not take the place of the other.
Result<OpenedDevice> open_by_name(const std::string& name,
                                  const std::vector<UsbDevice>& found,
                                  const OpenFound& open,
                                  const Deadline& deadline) {
    std::vector<Asked> asked;
    std::optional<OpenedDevice> spare;
    for (const auto& device : found) {
        auto opened = open_one(device, open, deadline);
        const auto seed = opened ? seed_name(*opened->transport, deadline.at_most(kAskTime))
                                 : Result<std::string>(opened.error());
        if (!seed || *seed != name) {
            asked.push_back({device.text(), seed});
            continue;
        }
        opened->authorised = has_key(*opened->transport, deadline.at_most(kAskTime));
        if (opened->authorised) {
            return opened;
        }
        if (!spare) {
            spare = std::move(*opened);
        }
    }
    return spare ? Result<OpenedDevice>(std::move(*spare)) : not_found(asked);
}

}  // namespace

Result<std::vector<UsbDevice>> candidates(const driver::DeviceName& name,
                                          const std::vector<UsbDevice>& found) {
    std::vector<UsbDevice> wanted;
    std::copy_if(found.begin(), found.end(), std::back_inserter(wanted), [&](const UsbDevice& one) {
        return name.kind != DeviceKind::usb_path || at_path(one, name.path);
    });
    if (wanted.empty()) {
        return none_of(found);
    }
    if (name.kind == DeviceKind::usb_only && wanted.size() > 1) {
        return fail(driver::Errc::several_devices, list_text(wanted));
    }
    return wanted;
}

Result<OpenedDevice> open_found(const driver::DeviceName& name,
                                const std::vector<UsbDevice>& found,
                                const OpenFound& open,
                                const Deadline& deadline) {
    const auto wanted = candidates(name, found);
    if (!wanted) {
        return wanted.error();
    }
    return name.kind == DeviceKind::usb_name ? open_by_name(name.name, *wanted, open, deadline)
                                             : open_one(wanted->front(), open, deadline);
}

OpenFound locked_opener(const UsbOptions& options, const Clock& clock) {
    return
        [options, &clock](const UsbDevice& device) -> Result<std::unique_ptr<driver::Transport>> {
            const auto locks = driver::lock_directory(options.locks);
            if (!locks) {
                return locks.error();
            }
            return driver::open_usb(device,
                                    {.backend = options.backend,
                                     .lock_directory = *locks,
                                     .foreign_report = options.foreign_report},
                                    clock);
        };
}

Opener usb_opener(const driver::DeviceName& name, const UsbOptions& options, const Clock& clock) {
    return [name, tree = options.tree, open = locked_opener(options, clock)](
               const Deadline& deadline) {
        return open_found(name, driver::enumerate(tree), open, deadline);
    };
}

}  // namespace ledger_bridge::daemon
