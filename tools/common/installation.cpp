#include "tools/common/installation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "driver/errors.hpp"

namespace ledger_bridge::tools {

namespace {

void add(std::vector<std::string>& line,
         const char* name,
         const std::optional<std::string>& value) {
    if (value) {
        line.insert(line.end(), {name, *value});
    }
}

}  // namespace

Result<daemon::Config> read_installation(const CommonOptions& options) {
    std::vector<std::string> line;
    add(line, "--config", options.config);
    add(line, "--device", options.device);
    add(line, "--usb-backend", options.usb_backend);
    add(line, "--state-dir", options.state_dir);
    add(line, "--admin-socket", options.admin_socket);
    auto start_up = daemon::read_start_up(line, "");
    return start_up ? Result<daemon::Config>(std::move(start_up->config)) : start_up.error();
}

Result<driver::DeviceName> only_device(const daemon::Config& config) {
    if (config.devices.size() == 1) {
        return config.devices.front();
    }
    std::vector<std::string> names;
    for (const auto& device : config.devices) {
        names.push_back(device.text());
    }
    return fail(driver::Errc::several_devices, fmt::format("{}", fmt::join(names, ", ")));
}

}  // namespace ledger_bridge::tools
