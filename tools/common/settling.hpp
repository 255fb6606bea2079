// What became of a question on the device whose answer was lost: a tool that has the device to
// itself looks for it again, as the daemon does.
#pragma once

#include <functional>
#include <string>

#include "daemon/admin/operator_context.hpp"
#include "daemon/usb/identity.hpp"
#include "tools/common/lasting_transport.hpp"

namespace ledger_bridge::tools {

// For how long a device that does not answer is looked for: to put the cable back, enter the PIN
// and open the app. One that is there and silent, as with the question still on its screen, is
// waited for without end.
inline constexpr std::chrono::seconds kReturnTime{30};

// What is needed to look for the device again. All that is referred to must outlive it.
struct Search {
    LastingTransport& wire;
    daemon::Opener open;
    std::string name;  // of the seed: another device says nothing about the question
    const Clock& clock;
    // After the conclusion: what the device says beyond the floor counts as used.
    std::function<Result<void>(apdu::BakingApp&, const daemon::Identity&)> adopt;
    std::function<void()> begun;          // it begins: the person may have to do something
    std::function<void(Duration)> pause;  // between two looks
};

// Errors: what `conclude` says and the store's; outcome_unknown when the device does not come back
// in time; the device's when `wire` was cancelled.
admin::Settle settle_by_search(Search search);

}  // namespace ledger_bridge::tools
