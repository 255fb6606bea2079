#include "daemon/device_thread.hpp"

#include <cstdlib>
#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

#include "daemon/errors.hpp"
#include "daemon/mark_keeper.hpp"
#include "daemon/verdicts.hpp"
#include "driver/base/crash_point.hpp"

#include <pthread.h>

namespace ledger_bridge::daemon {

namespace {

constexpr Duration kThreadStepTime = std::chrono::seconds{15};
// Beyond what each piece of work allows itself.
constexpr Duration kSlack = std::chrono::seconds{10};
constexpr Duration kForAPerson = std::chrono::hours{24 * 365};

SessionEvents with_marks_kept(SessionEvents events, floor::StoreThread& store, const Clock& clock) {
    events.admit = mark_keeper(store, clock);
    return events;
}

}  // namespace

DeviceThread::DeviceThread(DeviceThreadOptions options,
                           Opener opener,
                           floor::StoreThread& store,
                           const Clock& clock,
                           DeviceThreadEvents events)
    : options_(std::move(options)),
      store_(store),
      clock_(clock),
      queue_(options_.queue_limit, options_.client_queue_limit),
      session_(options_.session,
               std::move(opener),
               with_marks_kept(std::move(events.session), store, clock),
               clock),
      signer_(options_.signer, session_, store, clock, std::move(events.signed_one)),
      back_at_((clock.now() + kSlack).time_since_epoch().count()) {}

DeviceThread::~DeviceThread() {
    stop();
}

void DeviceThread::start() {
    thread_ = std::thread([this] { run(); });
}

void DeviceThread::stop() {
    queue_.stop();
    session_.cancel();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void DeviceThread::submit(const SignRequest& request,
                          const apdu::ChainId& device_chain,
                          const SignCompletion& completion) {
    const auto finish = logged(request, completion);
    // Before the rules, which refuse what the device has signed already while its signature is not
    // known yet. What is in the queue has passed them, and will again.
    if (queue_.join(request, finish)) {
        return;
    }
    const auto ruling = signer_.rule(request.key, request.message, device_chain);
    if (!ruling) {
        note_refusal(request.key, request.message, ruling.error());
        return completion(ruling.error());
    }
    if (ruling->stored) {
        note(request.key, request.message, floor::kRepeatVerdict, "");
        return completion(*ruling->stored);
    }
    const auto queued = queue_.push(request, finish, [this] { return may_wait(); });
    if (!queued) {
        finish(queued.error());
    }
}

Result<void> DeviceThread::may_wait() const {
    const auto session = snapshot();
    return session->ends_by_itself(clock_.now(), options_.session.reconnect_grace)
               ? Result<void>()
               : session->refusal();
}

SignCompletion DeviceThread::logged(const SignRequest& request, SignCompletion completion) {
    return
        [this, request, completion = std::move(completion)](const Result<apdu::Signature>& result) {
            if (!result) {
                note(request.key, request.message, floor::kFailVerdict, result.error().id());
            }
            completion(result);
        };
}

void DeviceThread::note_refusal(const apdu::KeyHash& key, ByteView message, const Error& error) {
    note(key, message, floor::kRefuseVerdict, error.id());
}

void DeviceThread::note(const apdu::KeyHash& key,
                        ByteView message,
                        std::string_view verdict,
                        std::string_view reason) {
    note_verdict(store_, clock_, options_.session.device, key, message, verdict, reason);
}

// Behind an open prompt a command would wait for a person, and run when nobody expects it any more.
Result<void> DeviceThread::operate(Operation operation) {
    if (snapshot()->state == SessionState::prompting) {
        return snapshot()->refusal();
    }
    return queue_.push([this, operation = std::move(operation)] {
        operation(session_,
                  {.opens = [this] { open_prompt(); },
                   .wait_until_gone = [this] { wait_until_prompt_gone(); }});
    });
}

// In this order: see DeviceQueue::push.
void DeviceThread::open_prompt() {
    session_.enter(SessionState::prompting);
    queue_.refuse_waiting(state_error(SessionState::prompting));
}

void DeviceThread::wait_until_prompt_gone() {
    session_.answer_lost();
    const auto unknown = [this] {
        const auto session = snapshot();
        return session->state == SessionState::prompting ||
               (!session->serves() && session_.can_wait());
    };
    while (unknown() && !queue_.stopped()) {
        queue_.pause(session_.next_step());
        session_.step(Deadline::after(clock_, kThreadStepTime));
    }
}

// An exception here is a bug of which nothing is known: signing on would be a guess.
void DeviceThread::run() {
    pthread_setname_np(pthread_self(), options_.thread_name.c_str());
    try {
        serve();
    } catch (const std::exception& error) {
        spdlog::critical("the thread of the device ends the daemon: {}", error.what());
        std::_Exit(EXIT_FAILURE);
    } catch (...) {
        spdlog::critical("the thread of the device ends the daemon");
        std::_Exit(EXIT_FAILURE);
    }
}

bool DeviceThread::alive() const {
    return clock_.now().time_since_epoch().count() <= back_at_;
}

void DeviceThread::expect_back_in(Duration time) {
    back_at_ = (clock_.now() + time + kSlack).time_since_epoch().count();
}

void DeviceThread::serve() {
    while (!queue_.stopped()) {
        expect_back_in(kThreadStepTime);
        const auto work = queue_.next(session_.next_step());
        if (!work) {
            session_.step(Deadline::after(clock_, kThreadStepTime));
        } else if (const auto* job = std::get_if<SignJobPointer>(&*work)) {
            sign(**job);
        } else {
            const auto& operation = std::get<DeviceOperation>(*work);
            expect_back_in(kForAPerson);
            operation();
        }
    }
    queue_.refuse_waiting(fail(Errc::stopping));
}

void DeviceThread::sign(SignJob& job) {
    expect_back_in(job.deadline().remaining() + options_.signer.device_time +
                   options_.signer.commit_time);
    const auto result = signer_.sign(job, [this](TimePoint until) { queue_.pause(until); });
    crash_point("before_release");
    job.finish(result);
    crash_point("after_release");
    queue_.done();
}

}  // namespace ledger_bridge::daemon
