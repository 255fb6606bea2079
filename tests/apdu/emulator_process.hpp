// A ledger-emulator of this build, started for one test and stopped with it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "driver/base/clock.hpp"
#include "driver/file_descriptor.hpp"

namespace ledger_bridge::apdu {

// Prompts are accepted by themselves; both ports are free ones. Throws when it does not start.
class EmulatorProcess {
public:
    EmulatorProcess();
    EmulatorProcess(const EmulatorProcess&) = delete;
    EmulatorProcess& operator=(const EmulatorProcess&) = delete;
    EmulatorProcess(EmulatorProcess&&) = delete;
    EmulatorProcess& operator=(EmulatorProcess&&) = delete;
    ~EmulatorProcess();

    [[nodiscard]] std::uint16_t apdu_port() const { return apdu_port_; }

    // GET /state of the control port.
    nlohmann::json state();
    // POST to the control port; the answer must be 200.
    void post(const std::string& path, const std::string& body = "{}");

private:
    std::string request(const std::string& head, const std::string& body);
    std::string read_line();

    SystemClock clock_;
    pid_t process_ = -1;
    driver::FileDescriptor output_;
    std::uint16_t apdu_port_ = 0;
    std::uint16_t control_port_ = 0;
};

}  // namespace ledger_bridge::apdu
