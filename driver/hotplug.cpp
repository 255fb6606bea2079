#include "driver/hotplug.hpp"

#include <systemd/sd-device.h>
#include <systemd/sd-event.h>

#include <cerrno>
#include <utility>

#include "driver/wait.hpp"

namespace ledger_bridge::driver {

namespace {

struct Unref {
    void operator()(sd_event* event) const { sd_event_unref(event); }
    void operator()(sd_device_monitor* monitor) const { sd_device_monitor_unref(monitor); }
};

Error failure(std::string_view call, int negative_errno) {
    return system_failure(Errc::system, call, -negative_errno);
}

std::string property(sd_device* device, const char* name) {
    const char* value = nullptr;
    return sd_device_get_property_value(device, name, &value) < 0 ? "" : value;
}

Uevent uevent_of(sd_device* device) {
    const char* syspath = nullptr;
    const bool placed = sd_device_get_syspath(device, &syspath) >= 0;
    return {.action = property(device, "ACTION"),
            .subsystem = property(device, "SUBSYSTEM"),
            .syspath = placed ? syspath : "",
            .product = property(device, "PRODUCT")};
}

}  // namespace

// Its address is given to libsystemd, so it stays where it is.
struct Hotplug::Monitor {
    std::unique_ptr<sd_event, Unref> loop;
    std::unique_ptr<sd_device_monitor, Unref> monitor;  // goes before the loop that it is in
    std::vector<HotplugEvent> events;

    static int on_device(sd_device_monitor* /*monitor*/, sd_device* device, void* self) {
        if (auto event = hotplug_event(uevent_of(device))) {
            static_cast<Monitor*>(self)->events.push_back(std::move(*event));
        }
        return 0;
    }

    Result<void> make();
    Result<void> begin();
};

// libsystemd 252 gives out no descriptor of a monitor, only that of an event loop around it.
Result<void> Hotplug::Monitor::make() {
    sd_event* new_loop = nullptr;
    if (const int made = sd_event_new(&new_loop); made < 0) {
        return failure("sd_event_new", made);
    }
    loop.reset(new_loop);
    sd_device_monitor* new_monitor = nullptr;
    if (const int made = sd_device_monitor_new(&new_monitor); made < 0) {
        return failure("sd_device_monitor_new", made);
    }
    monitor.reset(new_monitor);
    return {};
}

Result<void> Hotplug::Monitor::begin() {
    auto* const source = monitor.get();
    int done = sd_device_monitor_filter_add_match_subsystem_devtype(source, "hidraw", nullptr);
    if (done >= 0) {
        done = sd_device_monitor_filter_add_match_subsystem_devtype(source, "usb", "usb_device");
    }
    if (done >= 0) {
        done = sd_device_monitor_attach_event(source, loop.get());
    }
    if (done >= 0) {
        done = sd_device_monitor_start(source, on_device, this);
    }
    return done < 0 ? failure("sd_device_monitor_start", done) : Result<void>();
}

Hotplug::Hotplug(std::unique_ptr<Monitor> monitor) : monitor_(std::move(monitor)) {}

Hotplug::~Hotplug() = default;

Result<std::unique_ptr<Hotplug>> Hotplug::start() {
    auto monitor = std::make_unique<Monitor>();
    if (const auto made = monitor->make(); !made) {
        return made.error();
    }
    if (const auto begun = monitor->begin(); !begun) {
        return begun.error();
    }
    return std::unique_ptr<Hotplug>(new Hotplug(std::move(monitor)));
}

int Hotplug::fd() const {
    return sd_event_get_fd(monitor_->loop.get());
}

Result<std::vector<HotplugEvent>> Hotplug::read() {
    int ran = 0;
    do {
        ran = sd_event_run(monitor_->loop.get(), 0);
    } while (ran > 0);
    if (ran < 0) {
        return failure("sd_event_run", ran);
    }
    return std::exchange(monitor_->events, {});
}

}  // namespace ledger_bridge::driver
