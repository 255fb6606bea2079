// One message on its way to the device, and everybody who waits for its signature.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "apdu/keys.hpp"
#include "apdu/signature.hpp"
#include "driver/base/bytes.hpp"
#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

struct SignRequest {
    apdu::KeyHash key;
    Bytes message;  // with its magic byte
    TimePoint received;
    Deadline deadline;
    std::string client = {};  // whose share of the queue it takes: Client::identity()
};

// Called exactly once, on any thread; must not block.
using SignCompletion = std::function<void(const Result<apdu::Signature>&)>;

// Identical requests in flight share one job, hence one APDU. Thread-safe.
class SignJob {
public:
    SignJob(SignRequest request, SignCompletion completion);

    [[nodiscard]] const SignRequest& request() const { return request_; }
    // The latest deadline of all who wait: past it the job is not sent to the device any more.
    [[nodiscard]] Deadline deadline() const;

    // Joins a request for the same bytes; false when it is for others or the answer is out already.
    bool join(const SignRequest& request, const SignCompletion& completion);
    // Answers everybody; only the first call does.
    void finish(const Result<apdu::Signature>& result);

private:
    const SignRequest request_;
    mutable std::mutex mutex_;
    Deadline deadline_;
    std::vector<SignCompletion> waiting_;
    bool finished_ = false;
};

}  // namespace ledger_bridge::daemon
