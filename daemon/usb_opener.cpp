#include "daemon/usb_opener.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "apdu/animal_names.hpp"
#include "apdu/baking_app.hpp"
#include "driver/errors.hpp"
#include "driver/open_usb.hpp"

namespace ledger_bridge::daemon {

namespace {

using driver::DeviceKind;
using driver::UsbDevice;
using TransportPointer = std::unique_ptr<driver::Transport>;

constexpr Duration kDrainTime = std::chrono::milliseconds{20};
// For each candidate: one with a prompt on its screen must not use up the time of the others.
constexpr Duration kAskTime = std::chrono::milliseconds{700};

bool at_path(const UsbDevice& device, const std::string& path) {
    return device.hidraw == path || device.bus_path == path || device.path == path;
}

std::string list_text(const std::vector<UsbDevice>& devices) {
    std::vector<std::string> texts;
    for (const auto& device : devices) {
        texts.push_back(device.text());
    }
    return fmt::format("{}", fmt::join(texts, "; "));
}

Error none_of(const std::vector<UsbDevice>& found) {
    return fail(driver::Errc::no_device,
                found.empty() ? "no Ledger on USB" : "there is " + list_text(found));
}

Result<std::string> seed_name(driver::Transport& transport, const Deadline& deadline) {
    if (const auto drained = transport.drain(kDrainTime); !drained) {
        return drained.error();
    }
    apdu::BakingApp app(transport);
    const auto root = app.public_key(apdu::Curve::ed25519, apdu::DerivationPath::root(), deadline);
    if (!root) {
        return root.error();
    }
    return apdu::animal_name(*root);
}

// Each candidate in turn until one has the wanted seed; the last reason when none has.
class Search {
public:
    Search(const driver::DeviceName& name, const UsbOptions& options, const Clock& clock)
        : name_(name), options_(options), clock_(clock) {}

    Result<TransportPointer> open(const Deadline& deadline) const {
        const auto found = driver::enumerate();
        const auto wanted = candidates(name_, found);
        if (!wanted) {
            return wanted.error();
        }
        auto reason = none_of(found);
        for (const auto& device : *wanted) {
            auto transport = open_one(device, deadline);
            if (transport) {
                return transport;
            }
            reason = transport.error();
        }
        return reason;
    }

private:
    Result<TransportPointer> open_one(const UsbDevice& device, const Deadline& deadline) const {
        const auto locks = driver::lock_directory(options_.locks);
        if (!locks) {
            return locks.error();
        }
        auto transport = driver::open_usb(device,
                                          {.backend = options_.backend,
                                           .lock_directory = *locks,
                                           .foreign_report = options_.foreign_report},
                                          clock_);
        if (!transport || name_.kind != DeviceKind::usb_name) {
            return transport;
        }
        const auto name = seed_name(**transport, deadline.at_most(kAskTime));
        if (!name) {
            return name.error();
        }
        if (*name != name_.name) {
            return fail(driver::Errc::no_device, device.text() + " is " + *name);
        }
        return transport;
    }

    driver::DeviceName name_;
    UsbOptions options_;
    const Clock& clock_;
};

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

Opener usb_opener(const driver::DeviceName& name, const UsbOptions& options, const Clock& clock) {
    return [search = Search(name, options, clock)](const Deadline& deadline) {
        return search.open(deadline);
    };
}

}  // namespace ledger_bridge::daemon
