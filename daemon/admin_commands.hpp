// The operators' commands as the daemon carries them out: facts at once, the rest on the thread
// that owns the device.
#pragma once

#include <functional>
#include <string>

#include <nlohmann/json.hpp>

#include "daemon/devices.hpp"
#include "daemon/key_service.hpp"
#include "daemon/node_watch.hpp"

namespace ledger_bridge::daemon {

// Main thread alone; everything given by reference must outlive it.
class AdminCommands {
public:
    // Receives the lines of admin_protocol.hpp, the last one marked; any thread, must not block.
    using Reply = std::function<void(const std::string& line, bool last)>;

    AdminCommands(Devices& devices,
                  const KeyService& keys,
                  floor::StoreThread& store,
                  const Clock& clock,
                  const NodeWatch* node,  // null: none is asked
                  std::string signer_url,
                  std::string state_dir);

    // One request (admin/request.hpp). The last line comes exactly once, unless the daemon stops
    // first.
    void run(const nlohmann::json& request, const Reply& reply);

private:
    [[nodiscard]] nlohmann::json status() const;
    void export_marks(const Reply& reply);
    void hand_over(const Reply& reply);
    void import_marks(const nlohmann::json& request, const Reply& reply);
    void run_on_device(const nlohmann::json& request, const Reply& reply);
    void execute(const nlohmann::json& request,
                 const Deadline& start,
                 DeviceSession& session,
                 const DeviceThread::Prompt& prompt,
                 const Reply& reply) const;
    [[nodiscard]] Result<nlohmann::json> operate(const nlohmann::json& request,
                                                 apdu::BakingApp& app,
                                                 DeviceSession& session,
                                                 const DeviceThread::Prompt& prompt,
                                                 const Reply& reply) const;

    Devices& devices_;
    const KeyService& keys_;
    floor::StoreThread& store_;
    const Clock& clock_;
    const NodeWatch* node_;
    std::string signer_url_;
    std::string state_dir_;
};

}  // namespace ledger_bridge::daemon
