// The state directory of the daemon, as a tool uses it while the daemon does not run.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "daemon/admin/operator_context.hpp"
#include "daemon/floor/audit_proof.hpp"
#include "daemon/floor/merge.hpp"
#include "daemon/floor/state_directory.hpp"
#include "daemon/floor/watermark_store.hpp"
#include "driver/base/result.hpp"
#include "tools/common/carrier.hpp"

namespace ledger_bridge::tools {

// Holds the lock for as long as it lives, so that no daemon starts meanwhile.
class HostState {
public:
    // Never creates anything. Without Need::floor a missing state directory is no error: nothing
    // was signed on this machine then.
    static Result<HostState> open(const std::optional<std::string>& state_dir, Need need);

    // What was signed; this must outlive it.
    [[nodiscard]] admin::ReadMarks reader() const;
    [[nodiscard]] admin::ReadAdopted adopted_reader() const;
    // Everything that is known, for an export. Fails without a state directory.
    [[nodiscard]] Result<floor::Interchange> contents() const;
    // Nothing is signed with this state from now on, until an import; then what contents() gives.
    [[nodiscard]] Result<floor::Interchange> hand_over(const Clock& clock) const;
    [[nodiscard]] Result<floor::AuditProof> prove_audit() const;
    // Takes over, durably, what a device says beyond what is known here. Without a state directory
    // there is nothing that it could be beyond.
    [[nodiscard]] Result<void> adopt(const floor::DeviceReading& reading) const;
    // Fails without a state directory.
    [[nodiscard]] admin::KeepSetup setup_keeper() const;
    [[nodiscard]] admin::HandedOver handed_over_reader() const;
    [[nodiscard]] admin::KeepForgotten forgotten_keeper() const;

private:
    HostState() = default;

    std::optional<floor::StateDirectory> directory_;
    std::unique_ptr<floor::WatermarkStore> store_;
};

}  // namespace ledger_bridge::tools
