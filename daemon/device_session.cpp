#include "daemon/device_session.hpp"

#include <utility>

#include "daemon/errors.hpp"
#include "daemon/identify.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

constexpr Duration kOpenTime = std::chrono::seconds{2};
constexpr Duration kIdentifyTime = std::chrono::seconds{10};
constexpr Duration kLookTime = std::chrono::seconds{2};
// Answers to questions of an earlier host, if any are waiting, arrive within this time.
constexpr Duration kDrainTime = std::chrono::milliseconds{20};

bool is_silence(const Error& error) {
    return error.code == make_error_code(driver::Errc::timed_out);
}

}  // namespace

DeviceSession::DeviceSession(SessionOptions options,
                             Opener opener,
                             SessionEvents events,
                             const Clock& clock)
    : options_(std::move(options)),
      opener_(std::move(opener)),
      events_(std::move(events)),
      clock_(&clock),
      snapshot_({.device = options_.device,
                 .state = SessionState::opening,
                 .since = clock.now(),
                 .problem = std::nullopt,
                 .facts = std::nullopt}),
      next_step_(clock.now()) {}

bool DeviceSession::can_wait() const {
    return snapshot()->ends_by_itself(clock_->now(), options_.reconnect_grace);
}

void DeviceSession::step(const Deadline& deadline) {
    if (transport_ == nullptr) {
        open(deadline.at_most(kOpenTime));
    }
    if (transport_ != nullptr) {
        if (snapshot()->serves()) {
            look_at_marks(deadline.at_most(kLookTime));
        } else if (snapshot()->state != SessionState::unauthorised || now_authorised(deadline)) {
            identify_device(deadline.at_most(kIdentifyTime));
        }
    }
    schedule();
}

Result<void> DeviceSession::wait_until_ready(const Deadline& deadline,
                                             const std::function<void(TimePoint)>& pause) {
    while (!snapshot()->serves()) {
        if (deadline.passed()) {
            return fail(Errc::deadline_passed, snapshot()->refusal().code.message());
        }
        if (!can_wait()) {
            return snapshot()->refusal();
        }
        pause(std::min(next_step_, deadline.at()));
        if (!deadline.passed()) {
            step(deadline);
        }
    }
    return {};
}

Result<apdu::BakingApp*> DeviceSession::app() {
    const auto current = snapshot();
    const bool open = current->serves() || current->state == SessionState::unauthorised;
    if (!open || app_ == nullptr) {
        return current->refusal();
    }
    return app_.get();
}

void DeviceSession::enter(SessionState state) {
    change(state);
}

void DeviceSession::observe(const Error& error) {
    const auto state = state_after(error);
    if (!state) {
        return;
    }
    if (*state == SessionState::lost) {
        lose(error);
    } else if (*state == SessionState::unauthorised) {
        identify_again();
    } else {
        change(*state, error);
    }
    schedule();
}

void DeviceSession::set_marks(const apdu::DeviceMarks& marks) {
    auto next = *snapshot();
    if (next.facts) {
        next.facts->marks = marks;
        publish(std::move(next));
    }
}

void DeviceSession::identify_again() {
    change(SessionState::identifying);
    next_step_ = clock_->now();
}

void DeviceSession::cancel() {
    const std::lock_guard lock(transport_mutex_);
    cancelled_ = true;
    if (transport_ != nullptr) {
        transport_->cancel();
    }
}

// A try to open is not worth a word while the device is known to be gone: only its end is.
void DeviceSession::open(const Deadline& deadline) {
    auto transport = opener_(deadline);
    if (!transport) {
        const bool just_lost = snapshot()->state == SessionState::lost &&
                               clock_->now() - snapshot()->since < options_.reconnect_grace;
        if (!just_lost) {
            change(SessionState::absent, transport.error());
        }
        return;
    }
    const std::lock_guard lock(transport_mutex_);
    transport_ = std::move(*transport);
    app_ = std::make_unique<apdu::BakingApp>(*transport_);
    if (cancelled_) {
        transport_->cancel();
    }
}

void DeviceSession::identify_device(const Deadline& deadline) {
    const auto before = snapshot()->state;
    if (before == SessionState::absent || before == SessionState::lost) {
        change(SessionState::identifying);
    }
    const auto drained = transport_->drain(kDrainTime);
    auto facts = drained ? identify(*app_, deadline) : Result<DeviceFacts>(drained.error());
    if (facts) {
        take_facts(std::move(*facts));
    } else if (is_silence(facts.error())) {
        // The app answers every question at once unless a prompt is on its screen. The
        // connection is closed so that its answer, whenever the person gives it, is drained.
        close();
        change(SessionState::prompting, fail(Errc::prompting, "the device does not answer"));
    } else if (state_after(facts.error())) {
        observe(facts.error());
    } else {
        lose(facts.error());
    }
}

void DeviceSession::look_at_marks(const Deadline& deadline) {
    const auto marks = app_->marks(deadline);
    if (!marks) {
        observe(marks.error());
    } else if (!(*marks == snapshot()->facts->marks)) {
        // Nobody else could move them while we held the device: it was reset, or is another one.
        change(SessionState::identifying,
               fail(Errc::identifying, "its watermarks moved by themselves"));
        identify_device(deadline);
    }
}

bool DeviceSession::now_authorised(const Deadline& deadline) {
    const auto authorized = app_->authorized_key(deadline.at_most(kLookTime));
    if (!authorized) {
        observe(authorized.error());
    }
    return authorized && authorized->has_value();
}

void DeviceSession::take_facts(DeviceFacts facts) {
    auto next = *snapshot();
    next.facts = facts;
    publish(std::move(next));
    if (events_.identified) {
        events_.identified(facts);
    }
    change(facts.key ? SessionState::ready : SessionState::unauthorised);
}

void DeviceSession::lose(const Error& error) {
    close();
    change(SessionState::lost, error);
}

void DeviceSession::close() {
    const std::lock_guard lock(transport_mutex_);
    app_.reset();
    transport_.reset();
}

void DeviceSession::change(SessionState state, std::optional<Error> problem) {
    auto next = *snapshot();
    const bool changed = next.state != state;
    next.since = changed ? clock_->now() : next.since;
    next.state = state;
    next.problem = std::move(problem);
    publish(next);
    if (changed && events_.changed && !cancelled_) {
        events_.changed(next);
    }
}

void DeviceSession::publish(SessionSnapshot snapshot) {
    snapshot_.set(std::move(snapshot));
}

void DeviceSession::schedule() {
    const bool lost = snapshot()->state == SessionState::lost;
    next_step_ = clock_->now() + (lost ? options_.reopen_interval : options_.probe_interval);
}

}  // namespace ledger_bridge::daemon
