#include "daemon/floor/store_thread.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "daemon/floor/adoption.hpp"
#include "daemon/floor/errors.hpp"
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

bool same_message(const SignedMark& left, const SignedMark& right) {
    return left.position == right.position && left.digest == right.digest;
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

std::future<Result<void>> StoreThread::commit(const MarkKey& key,
                                              const Position& position,
                                              const apdu::Digest& digest,
                                              WallTime time,
                                              std::string device) {
    const StoredMark wanted{key, SignedMark{position, digest, std::nullopt, time}};
    return add([this, wanted, device = std::move(device)] { return commit_now(wanted, device); });
}

void StoreThread::note(AuditRow row) {
    {
        const std::scoped_lock lock(mutex_);
        const auto left_out = limit_.admit(clock_.now());
        if (!left_out) {
            return;
        }
        if (*left_out > 0) {
            row.reason += fmt::format(" (after {} others)", *left_out);
        }
        notes_.push_back(std::move(row));
    }
    wakeup_.notify_one();
}

void StoreThread::record_signature(const MarkKey& key,
                                   const apdu::Digest& digest,
                                   const apdu::Signature& signature) {
    {
        const std::scoped_lock lock(mutex_);
        const auto known = marks_.find(key);
        if (known != marks_.end() && known->second.digest == digest) {
            known->second.signature = signature;
        }
    }
    add([this, key, digest, signature] {
        return store_->record_signature(key, digest, signature);
    });
}

std::future<Result<void>> StoreThread::remember_device(const DeviceRecord& device) {
    return add_to(later_, unless_broken([this, device] {
                      auto outcome = store_->remember_device(device);
                      if (outcome) {
                          const std::scoped_lock lock(mutex_);
                          devices_.insert_or_assign(device.name, device);
                      }
                      return outcome;
                  }));
}

std::future<Result<void>> StoreThread::adopt(const DeviceReading& reading) {
    // What is under way can only make more of it ours.
    if (new_adoptions(reading, marks(), adopted()).empty()) {
        std::promise<Result<void>> nothing_new;
        nothing_new.set_value({});
        return nothing_new.get_future();
    }
    return add([this, reading] { return adopt_now(reading, false); });
}

std::future<Result<void>> StoreThread::adopt_setup(const DeviceReading& reading) {
    return add([this, reading] { return adopt_now(reading, true); });
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

std::optional<SignedMark> StoreThread::find(const MarkKey& key) const {
    const std::scoped_lock lock(mutex_);
    const auto known = marks_.find(key);
    return known == marks_.end() ? std::nullopt : std::optional(known->second);
}

std::vector<StoredMark> StoreThread::marks() const {
    const std::scoped_lock lock(mutex_);
    std::vector<StoredMark> copy;
    copy.reserve(marks_.size());
    for (const auto& [key, mark] : marks_) {
        copy.push_back({key, mark});
    }
    return copy;
}

std::vector<DeviceRecord> StoreThread::devices() const {
    const std::scoped_lock lock(mutex_);
    std::vector<DeviceRecord> copy;
    copy.reserve(devices_.size());
    for (const auto& [name, device] : devices_) {
        copy.push_back(device);
    }
    return copy;
}

bool StoreThread::handed_over() const {
    const std::scoped_lock lock(mutex_);
    return handed_over_;
}

bool StoreThread::low_on_space() const {
    const std::scoped_lock lock(mutex_);
    return low_on_space_;
}

std::vector<AdoptedLevel> StoreThread::adopted() const {
    const std::scoped_lock lock(mutex_);
    return adopted_;
}

std::optional<AdoptedLevel> StoreThread::adopted(const apdu::KeyHash& key,
                                                 const apdu::ChainId& chain) const {
    const std::scoped_lock lock(mutex_);
    return highest_adopted(adopted_, key, chain);
}

std::string StoreThread::state() const {
    const std::scoped_lock lock(mutex_);
    if (failure_) {
        return failure_->text();
    }
    if (!running_since_ && jobs_.empty()) {
        return "ok";
    }
    const auto waited = clock_.now() - (running_since_ ? *running_since_ : jobs_.front().asked);
    if (waited <= timing_.slow_after) {
        return "ok";
    }
    const auto seconds = std::chrono::duration<double>(waited).count();
    return fail(Errc::store_unavailable, fmt::format("a write has taken {:.1f} s so far", seconds))
        .text();
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
    if (!outcome && outcome.error().code != make_error_code(Errc::commit_conflict) &&
        outcome.error().code != make_error_code(Errc::handed_over)) {
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

void StoreThread::probe() {
    if (const auto outcome = store_->probe(); outcome) {
        recovered();
    } else {
        failed(outcome.error());
    }
}

Result<void> StoreThread::commit_now(const StoredMark& wanted, const std::string& device) {
    if (handed_over()) {
        return fail(Errc::handed_over);
    }
    auto outcome = store_->commit(
        wanted.key, wanted.mark.position, wanted.mark.digest, wanted.mark.time, device);
    if (!outcome) {
        if (outcome.error().code == make_error_code(Errc::commit_conflict)) {
            refresh(wanted.key);
        }
        return outcome;
    }
    recovered();
    const std::scoped_lock lock(mutex_);
    const auto [known, inserted] = marks_.try_emplace(wanted.key, wanted.mark);
    // The store keeps the signature of an equal mark, and so does this copy.
    if (!inserted && !same_message(known->second, wanted.mark)) {
        known->second = wanted.mark;
    }
    return outcome;
}

// Only this thread changes the copies, so what it read of them stays true while it works.
Result<void> StoreThread::adopt_now(const DeviceReading& reading, bool set_up) {
    auto change = (set_up ? change_for_setup : change_for_reading)(reading, marks(), adopted());
    if (change.ended.empty() && change.added.empty()) {
        return {};
    }
    if (auto written = store_->change_adopted(change.ended, change.added); !written) {
        return written;
    }
    recovered();
    const std::scoped_lock lock(mutex_);
    adopted_ = std::move(change.after);
    return {};
}

// Another writer of a shared store has moved the mark: show what it wrote.
void StoreThread::refresh(const MarkKey& key) {
    const auto stored = store_->find(key);
    if (!stored || !*stored) {
        return;
    }
    const std::scoped_lock lock(mutex_);
    marks_.insert_or_assign(key, **stored);
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
