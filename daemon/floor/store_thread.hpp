// The thread that commits watermarks, and the copy of them that every other thread reads.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "daemon/floor/adoption.hpp"
#include "daemon/floor/audit_limit.hpp"
#include "daemon/floor/merge.hpp"
#include "daemon/floor/watermark_store.hpp"
#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

struct StoreTiming {
    Duration probe_every = std::chrono::seconds{1};  // while the store is failing
    Duration slow_after = std::chrono::seconds{2};   // a write that takes longer is not ok
};

// Owns a store and the one thread, named "store", that uses it. Writes are made in the order in
// which they were asked for, but records of devices only when nothing else waits; those still
// waiting at destruction are made before it returns.
// All members may be called from any thread. No signal is delivered to the store's thread.
class StoreThread {
public:
    // Reads what the store holds, then starts the thread. `clock` must outlive it.
    // Errors: those of the store.
    static Result<std::unique_ptr<StoreThread>> start(std::unique_ptr<WatermarkStore> store,
                                                      const Clock& clock,
                                                      StoreTiming timing = {});
    ~StoreThread();
    // Makes every write that waits, and ends the thread; nothing may be asked for after this.
    void stop();
    StoreThread(const StoreThread&) = delete;
    StoreThread& operator=(const StoreThread&) = delete;
    StoreThread(StoreThread&&) = delete;
    StoreThread& operator=(StoreThread&&) = delete;

    // As WatermarkStore::commit. When the future is ready and holds no error the mark is durable
    // and find() shows it. Once the store was found damaged every commit fails at once.
    std::future<Result<void>> commit(const MarkKey& key,
                                     const Position& position,
                                     const apdu::Digest& digest,
                                     WallTime time,
                                     std::string device = {});

    // find() shows the signature from now on, if it still shows this digest: the mark is durable,
    // so the signature may be given out again. The store gets it later; that may fail.
    void record_signature(const MarkKey& key,
                          const apdu::Digest& digest,
                          const apdu::Signature& signature);
    // devices() shows it when it is durable, which is when the future is ready and holds no error.
    std::future<Result<void>> remember_device(const DeviceRecord& device);

    // Takes over what the reading says beyond what we know, as new_adoptions() has it; commits
    // asked for before count as ours, and the durable record of the device as what it said earlier.
    // When the future is ready and holds no error it is durable and
    // adopted() shows it; at once when there is nothing new.
    std::future<Result<void>> adopt(DeviceReading reading);
    // The same after a person, who knew of `foreseen`, confirmed at the device that its marks are
    // to be these: what was adopted before is given up where ended_adoptions() says so. Error:
    // commit_conflict, as check_foreseen() has it.
    std::future<Result<void>> adopt_setup(const DeviceReading& reading,
                                          std::vector<AdoptedLevel> foreseen);
    // The same before the device is sent a reveal or a delegation, as adoptions_before_operation()
    // has it. Error: handed_over, which is looked at last of all before the APDU.
    std::future<Result<void>> adopt_before_operation(const DeviceReading& reading);

    // Logs a verdict that changes no mark, unless there are too many of them; nobody waits for it.
    // Its reason says how many were left out before.
    void note(AuditRow row);

    // Nothing is signed from now on, also after a restart, until a merge; when that is durable, and
    // not before, `done` gets everything that is durable.
    void hand_over(std::function<void(const Result<Interchange>&)> done);
    [[nodiscard]] bool handed_over() const;

    // merge_into() on the store's thread; `done` is called there, once, and find() shows the
    // outcome.
    void merge(Interchange incoming,
               MergeWish wish,
               std::function<void(const Result<Merge>&)> done);
    // Everything durable, for an export.
    void contents(std::function<void(const Result<Interchange>&)> done);

    // Durable marks only; never waits for the store. What this process signed or took over says
    // when that was since boot.
    [[nodiscard]] std::optional<SignedMark> find(const MarkKey& key) const;
    [[nodiscard]] std::vector<StoredMark> marks() const;
    [[nodiscard]] std::vector<DeviceRecord> devices() const;
    [[nodiscard]] std::vector<AdoptedLevel> adopted() const;
    // The highest for this key and chain, whichever device said so.
    [[nodiscard]] std::optional<AdoptedLevel> adopted(const apdu::KeyHash& key,
                                                      const apdu::ChainId& chain) const;

    // "ok", or the sentence of what is wrong: a write failed and no commit or probe has succeeded
    // since, the oldest write is overdue, or the store is damaged (that stays until a restart).
    [[nodiscard]] std::string state() const;
    // The disk is full, and what is written takes the space that was kept for this.
    [[nodiscard]] bool low_on_space() const;

private:
    using Work = std::function<Result<void>()>;
    // Also called, with what is wrong, once the store was found damaged: it answers somebody.
    using Task = std::function<Result<void>(const std::optional<Error>& broken)>;
    struct Job {
        Task task;
        std::promise<Result<void>> done;
        TimePoint asked;
    };

    StoreThread(std::unique_ptr<WatermarkStore> store, const Clock& clock, StoreTiming timing);

    Result<void> load();
    void start_thread();
    static Task unless_broken(Work work);
    std::future<Result<void>> add(Work work);
    std::future<Result<void>> add_to(std::deque<Job>& jobs, Task task);

    // On the store's thread.
    void run(const std::stop_token& stop) noexcept;
    std::optional<Job> next_job(const std::stop_token& stop);
    void execute(Job job);
    void tidy_when_idle();
    bool nothing_left() const;
    bool probe_due() const;
    void probe();
    void write_notes();
    Result<void> commit_now(const StoredMark& wanted, const std::string& device);
    Result<Interchange> hand_over_now();
    [[nodiscard]] std::vector<apdu::DeviceMarks> recorded_marks(const std::string& device) const;
    Result<void> change_now(const WorkOut& work_out,
                            std::optional<BootTime> noticed = std::nullopt);
    [[nodiscard]] StoreContents with_shown_signatures(StoreContents stored) const;
    void show(const StoredMark& durable);
    void show(const StoreContents& stored, std::optional<BootTime> noticed = std::nullopt);
    void refresh();
    Result<Merge> merge_now(const Interchange& incoming, MergeWish wish);
    void failed(const Error& error);
    void recovered();
    std::optional<Error> damage() const;

    const std::unique_ptr<WatermarkStore> store_;
    const Clock& clock_;
    const StoreTiming timing_;

    mutable std::mutex mutex_;  // guards everything down to the thread
    std::condition_variable_any wakeup_;
    std::deque<Job> jobs_;
    std::deque<Job> later_;  // no signature may wait for these
    std::optional<TimePoint> running_since_;
    std::optional<Error> failure_;
    TimePoint probe_at_{};
    std::map<MarkKey, SignedMark> marks_;
    std::map<std::string, DeviceRecord> devices_;
    std::vector<AdoptedLevel> adopted_;
    std::vector<AuditRow> notes_;
    AuditLimit limit_;
    bool handed_over_ = false;
    bool low_on_space_ = false;

    std::jthread thread_;
};

}  // namespace ledger_bridge::floor
