// The queue between the threads that ask and the one thread that owns a device.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <variant>

#include "daemon/sign_job.hpp"

namespace ledger_bridge::daemon {

// A question or change that an operator's command brings to the device.
using DeviceOperation = std::function<void()>;
using SignJobPointer = std::shared_ptr<SignJob>;
using DeviceWork = std::variant<SignJobPointer, DeviceOperation>;

// First in, first out: requests of one key are never reordered. Thread-safe.
class DeviceQueue {
public:
    // `limit`: signing requests that may wait, the one in progress not counted.
    explicit DeviceQueue(std::size_t limit) : limit_(limit) {}

    // Joins an identical request that waits or is being signed, or queues a new one.
    // Errors: queue_full, stopping. Then the completion is not called.
    Result<void> push(const SignRequest& request, const SignCompletion& completion);
    Result<void> push(DeviceOperation operation);

    // The next work, or nothing when `until` has come, somebody called wake(), or the queue was
    // stopped.
    std::optional<DeviceWork> next(TimePoint until);
    // Waits until `until`, wake() or stop, whatever arrives meanwhile. Real time.
    void pause(TimePoint until);
    // Ends one wait in next() or pause(), the one in progress or the one to come.
    void wake();

    // The signing request that next() gave last is answered; the next is another.
    void done();
    // Answers every waiting signing request, not the one in progress, with `error`.
    void refuse_waiting(const Error& error);
    // Nothing more is accepted or given out; whoever waits in next() or pause() returns.
    void stop();

    [[nodiscard]] bool stopped() const;
    [[nodiscard]] std::size_t waiting() const;

private:
    void drop_late();
    bool join(const SignRequest& request, const SignCompletion& completion) const;
    [[nodiscard]] std::size_t waiting_signatures() const;

    const std::size_t limit_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<DeviceWork> work_;
    SignJobPointer in_progress_;
    bool stopped_ = false;
    bool woken_ = false;
};

}  // namespace ledger_bridge::daemon
