// A deterministic nonce, made by the device.
#pragma once

#include "apdu/digest.hpp"
#include "daemon/device_thread.hpp"

namespace ledger_bridge::daemon {

struct NonceRequest {
    apdu::KeyHash key;
    Bytes message;  // at most 235 bytes with the key's path
    Deadline deadline;
};

// Called exactly once, on the device's thread; must not block.
using NonceCompletion = std::function<void(const Result<apdu::Digest>&)>;

// Errors it completes with: deadline_passed before the device was asked; the refusal of the
// session's state; unknown_key when the device holds another one by now; those of
// BakingApp::hmac.
DeviceThread::Operation make_nonce(NonceRequest request, NonceCompletion completion);

}  // namespace ledger_bridge::daemon
