#include "daemon/floor/store_thread.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/refusal.hpp"
#include "daemon/floor/store_change.hpp"
#include "driver/base/crash_point.hpp"

#include <pthread.h>

namespace ledger_bridge::floor {

namespace {

// A thread inherits the mask of its maker, so no signal can reach it even at its first instruction.
class AllSignalsBlocked {
public:
    AllSignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    AllSignalsBlocked(const AllSignalsBlocked&) = delete;
    AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;
    AllSignalsBlocked(AllSignalsBlocked&&) = delete;
    AllSignalsBlocked& operator=(AllSignalsBlocked&&) = delete;

private:
    sigset_t before_{};
};

bool is_damage(const Error& error) {
    return error.code == make_error_code(Errc::store_damaged);
}

}  // namespace

StoreThread::StoreThread(std::unique_ptr<WatermarkStore> store,
                         const Clock& clock,
                         StoreTiming timing)
    : store_(std::move(store)), clock_(clock), timing_(timing) {}

Result<std::unique_ptr<StoreThread>> StoreThread::start(std::unique_ptr<WatermarkStore> store,
                                                        const Clock& clock,
                                                        StoreTiming timing) {
    std::unique_ptr<StoreThread> started(new StoreThread(std::move(store), clock, timing));
    if (const auto loaded = started->load(); !loaded) {
        return loaded.error();
    }
    started->start_thread();
    return started;
}

StoreThread::~StoreThread() {
    stop();
}

void StoreThread::stop() {
    thread_.request_stop();
    if (thread_.joinable()) {
        thread_.join();
    }
}

Result<void> StoreThread::load() {
    const auto marks = store_->marks();
    if (!marks) {
        return marks.error();
    }
    const auto devices = store_->devices();
    if (!devices) {
        return devices.error();
    }
    auto adopted = store_->adopted();
    if (!adopted) {
        return adopted.error();
    }
    const auto handed_over = store_->fact(kHandedOverFact);
    if (!handed_over) {
        return handed_over.error();
    }
    handed_over_ = handed_over->has_value();
    adopted_ = *std::move(adopted);
    for (const auto& stored : *marks) {
        marks_.insert_or_assign(stored.key, stored.mark);
    }
    for (const auto& device : *devices) {
        devices_.insert_or_assign(device.name, device);
    }
    return {};
}

void StoreThread::start_thread() {
    const AllSignalsBlocked blocked;
    thread_ = std::jthread([this](const std::stop_token& stop) {
        pthread_setname_np(pthread_self(), "store");
        run(stop);
    });
}

StoreThread::Task StoreThread::unless_broken(Work work) {
    return [work = std::move(work)](const std::optional<Error>& broken) {
        return broken ? Result<void>(*broken) : work();
    };
}

std::future<Result<void>> StoreThread::add(Work work) {
    return add_to(jobs_, unless_broken(std::move(work)));
}

std::future<Result<void>> StoreThread::add_to(std::deque<Job>& jobs, Task task) {
    Job job{std::move(task), {}, clock_.now()};
    auto done = job.done.get_future();
    {
        const std::scoped_lock lock(mutex_);
        jobs.push_back(std::move(job));
    }
    wakeup_.notify_one();
    return done;
}

void StoreThread::run(const std::stop_token& stop) noexcept {
    for (;;) {
        if (auto job = next_job(stop)) {
            execute(std::move(*job));
        }
        tidy_when_idle();
        if (stop.stop_requested() && nothing_left()) {
            return;
        }
        if (probe_due()) {
            probe();
        }
    }
}

// Nothing when a probe is due, or when there is nothing left to do and the thread must end.
std::optional<StoreThread::Job> StoreThread::next_job(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto ready = [this] {
        return !jobs_.empty() || !later_.empty() || (!notes_.empty() && !failure_);
    };
    if (failure_ && !is_damage(*failure_)) {
        const auto wait = std::max(probe_at_ - clock_.now(), Duration{0});
        wakeup_.wait_for(lock, stop, wait, ready);
    } else {
        wakeup_.wait(lock, stop, ready);
    }
    auto& jobs = jobs_.empty() ? later_ : jobs_;
    if (jobs.empty()) {
        return std::nullopt;
    }
    auto job = std::move(jobs.front());
    jobs.pop_front();
    running_since_ = job.asked;
    return job;
}

void StoreThread::execute(Job job) {
    crash_point("store_asked");
    const auto outcome = job.task(damage());
    if (!outcome && !is_refusal(outcome.error())) {
        failed(outcome.error());
    }
    {
        const std::scoped_lock lock(mutex_);
        low_on_space_ = store_->low_on_space();
        running_since_.reset();
    }
    crash_point("store_done");
    job.done.set_value(outcome);
}

// After the answer, so that nobody waits for it.
void StoreThread::tidy_when_idle() {
    {
        const std::scoped_lock lock(mutex_);
        if (!jobs_.empty() || failure_) {
            return;
        }
    }
    write_notes();
    store_->tidy();
    const std::scoped_lock lock(mutex_);
    low_on_space_ = store_->low_on_space();
}

// All that have gathered in one write, so that a commit waits behind one at most.
void StoreThread::write_notes() {
    std::vector<AuditRow> notes;
    {
        const std::scoped_lock lock(mutex_);
        notes.swap(notes_);
    }
    if (notes.empty()) {
        return;
    }
    if (const auto written = store_->append_audit(notes); !written) {
        failed(written.error());
    }
}

bool StoreThread::nothing_left() const {
    const std::scoped_lock lock(mutex_);
    return jobs_.empty() && later_.empty();
}

bool StoreThread::probe_due() const {
    const std::scoped_lock lock(mutex_);
    return failure_ && !is_damage(*failure_) && clock_.now() >= probe_at_;
}

// A write that was said to have failed may be in the file after all, so what is shown is read
// again.
void StoreThread::probe() {
    const auto outcome = store_->probe();
    const auto stored = outcome ? read_contents(*store_) : outcome.error();
    if (stored) {
        show(*stored);
        recovered();
    } else {
        failed(stored.error());
    }
}

void StoreThread::failed(const Error& error) {
    const std::scoped_lock lock(mutex_);
    failure_ = error;
    probe_at_ = clock_.now() + timing_.probe_every;
}

// Called only after a write that is certain to have reached the disk.
void StoreThread::recovered() {
    const std::scoped_lock lock(mutex_);
    failure_.reset();
}

std::optional<Error> StoreThread::damage() const {
    const std::scoped_lock lock(mutex_);
    return failure_ && is_damage(*failure_) ? failure_ : std::nullopt;
}

}  // namespace ledger_bridge::floor
