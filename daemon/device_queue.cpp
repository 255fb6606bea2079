#include "daemon/device_queue.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

Result<void> DeviceQueue::push(const SignRequest& request,
                               const SignCompletion& completion,
                               const Admit& admit) {
    const std::lock_guard lock(mutex_);
    if (stopped_) {
        return fail(Errc::stopping);
    }
    if (auto admitted = admit(); !admitted) {
        return admitted;
    }
    if (join_same(request, completion)) {
        return {};
    }
    if (auto room = check_room(request.client); !room) {
        return room;
    }
    work_.emplace_back(std::make_shared<SignJob>(request, completion));
    changed_.notify_all();
    return {};
}

bool DeviceQueue::join(const SignRequest& request, const SignCompletion& completion) {
    const std::lock_guard lock(mutex_);
    return !stopped_ && join_same(request, completion);
}

Result<void> DeviceQueue::push(DeviceOperation operation) {
    const std::lock_guard lock(mutex_);
    if (stopped_) {
        return fail(Errc::stopping);
    }
    work_.emplace_back(std::move(operation));
    changed_.notify_all();
    return {};
}

std::optional<DeviceWork> DeviceQueue::next(TimePoint until) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [this] { return stopped_ || woken_ || !work_.empty(); });
    woken_ = woken_ && !work_.empty();
    if (stopped_ || work_.empty()) {
        return std::nullopt;
    }
    auto work = std::move(work_.front());
    work_.pop_front();
    if (const auto* job = std::get_if<SignJobPointer>(&work)) {
        in_progress_ = *job;
    }
    return work;
}

void DeviceQueue::pause(TimePoint until) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [this] { return stopped_ || woken_; });
    woken_ = false;
}

void DeviceQueue::wake() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_all();
}

void DeviceQueue::done() {
    const std::lock_guard lock(mutex_);
    in_progress_.reset();
}

void DeviceQueue::refuse_waiting(const Error& error) {
    std::deque<DeviceWork> refused;
    {
        const std::lock_guard lock(mutex_);
        const auto first_refused =
            std::stable_partition(work_.begin(), work_.end(), [](const DeviceWork& work) {
                return !std::holds_alternative<SignJobPointer>(work);
            });
        std::move(first_refused, work_.end(), std::back_inserter(refused));
        work_.erase(first_refused, work_.end());
    }
    for (const auto& work : refused) {
        std::get<SignJobPointer>(work)->finish(error);
    }
}

void DeviceQueue::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
}

bool DeviceQueue::stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_;
}

bool DeviceQueue::holds(const apdu::KeyHash& key) const {
    const auto held = [&key](const SignJobPointer& job) {
        return job != nullptr && job->request().key == key && !job->deadline().passed();
    };
    const std::lock_guard lock(mutex_);
    return held(in_progress_) ||
           std::any_of(work_.begin(), work_.end(), [&held](const DeviceWork& work) {
               const auto* job = std::get_if<SignJobPointer>(&work);
               return job != nullptr && held(*job);
           });
}

std::size_t DeviceQueue::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_signatures();
}

// Whoever waited for these was answered at the deadline.
void DeviceQueue::drop_late() {
    const auto late = std::remove_if(work_.begin(), work_.end(), [](const DeviceWork& work) {
        const auto* job = std::get_if<SignJobPointer>(&work);
        if (job == nullptr || !(*job)->deadline().passed()) {
            return false;
        }
        (*job)->finish(fail(Errc::deadline_passed, "it was not sent to the device"));
        return true;
    });
    work_.erase(late, work_.end());
}

bool DeviceQueue::join_same(const SignRequest& request, const SignCompletion& completion) {
    drop_late();
    if (in_progress_ != nullptr && in_progress_->join(request, completion)) {
        return true;
    }
    return std::any_of(work_.begin(), work_.end(), [&](const DeviceWork& work) {
        const auto* job = std::get_if<SignJobPointer>(&work);
        return job != nullptr && (*job)->join(request, completion);
    });
}

Result<void> DeviceQueue::check_room(const std::string& client) const {
    if (waiting_of(client) >= each_) {
        return fail(Errc::client_queue_full,
                    fmt::format("{} requests of {} wait already", each_, client));
    }
    if (waiting_signatures() >= limit_) {
        return fail(Errc::queue_full, fmt::format("{} requests wait already", limit_));
    }
    return {};
}

std::size_t DeviceQueue::waiting_of(const std::string& client) const {
    return static_cast<std::size_t>(
        std::count_if(work_.begin(), work_.end(), [&client](const DeviceWork& work) {
            const auto* job = std::get_if<SignJobPointer>(&work);
            return job != nullptr && (*job)->request().client == client;
        }));
}

std::size_t DeviceQueue::waiting_signatures() const {
    return static_cast<std::size_t>(
        std::count_if(work_.begin(), work_.end(), [](const DeviceWork& work) {
            return std::holds_alternative<SignJobPointer>(work);
        }));
}

}  // namespace ledger_bridge::daemon
