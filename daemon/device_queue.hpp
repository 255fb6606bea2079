// The queue between the threads that ask and the one thread that owns a device.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
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
    // `limit`: signing requests that may wait, the one in progress not counted; `each`: of one
    // client.
    DeviceQueue(std::size_t limit, std::size_t each) : limit_(limit), each_(each) {}

    // Whether a request may wait now; short, and calls no member of the queue.
    using Admit = std::function<Result<void>()>;

    // Joins an identical request that waits or is being signed, which takes nobody's place, or
    // queues a new one. Errors: those of `admit`, client_queue_full, queue_full, stopping. Then the
    // completion is not called. `admit` is asked while refuse_waiting() cannot run: whoever changes
    // what it goes by and then refuses leaves nobody behind who was admitted before.
    Result<void> push(
        const SignRequest& request, const SignCompletion& completion, const Admit& admit = [] {
            return Result<void>();
        });
    Result<void> push(DeviceOperation operation);
    // Joins an identical request that waits or is being signed; false when there is none.
    bool join(const SignRequest& request, const SignCompletion& completion);

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
    // A request for this key waits or is being signed, and somebody waits for its answer.
    [[nodiscard]] bool holds(const apdu::KeyHash& key) const;
    [[nodiscard]] std::size_t waiting() const;

private:
    void drop_late();
    bool join_same(const SignRequest& request, const SignCompletion& completion);
    [[nodiscard]] Result<void> check_room(const std::string& client) const;
    [[nodiscard]] std::size_t waiting_signatures() const;
    [[nodiscard]] std::size_t waiting_of(const std::string& client) const;

    const std::size_t limit_;
    const std::size_t each_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<DeviceWork> work_;
    SignJobPointer in_progress_;
    bool stopped_ = false;
    bool woken_ = false;
};

}  // namespace ledger_bridge::daemon
