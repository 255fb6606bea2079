#include "daemon/sign_job.hpp"

#include <utility>

namespace ledger_bridge::daemon {

SignJob::SignJob(SignRequest request, SignCompletion completion)
    : request_(std::move(request)), deadline_(request_.deadline) {
    waiting_.push_back(std::move(completion));
}

Deadline SignJob::deadline() const {
    const std::lock_guard lock(mutex_);
    return deadline_;
}

bool SignJob::join(const SignRequest& request, const SignCompletion& completion) {
    if (request.key != request_.key || request.message != request_.message) {
        return false;
    }
    const std::lock_guard lock(mutex_);
    if (finished_) {
        return false;
    }
    waiting_.push_back(completion);
    if (request.deadline.at() > deadline_.at()) {
        deadline_ = request.deadline;
    }
    return true;
}

void SignJob::finish(const Result<apdu::Signature>& result) {
    std::vector<SignCompletion> waiting;
    {
        const std::lock_guard lock(mutex_);
        finished_ = true;
        waiting.swap(waiting_);
    }
    for (const auto& complete : waiting) {
        complete(result);
    }
}

}  // namespace ledger_bridge::daemon
