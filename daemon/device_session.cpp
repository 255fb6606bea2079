#include "daemon/device_session.hpp"

#include <utility>

#include <fmt/format.h>

#include "apdu/errors.hpp"
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

constexpr Duration kStepTime = std::chrono::seconds{15};

bool is_dashboard(const Error& error) {
    return error.code == make_error_code(apdu::Errc::no_app_open);
}

bool is_silence(const Error& error) {
    return error.code == make_error_code(Errc::prompting);
}

// What udev and the kernel give to a device only a moment after it came.
bool may_come_yet(const error_code& code) {
    return code == make_error_code(driver::Errc::permission_denied) ||
           code == make_error_code(driver::Errc::no_hid_driver);
}

// Silence is a matter of the cable; words that make no sense are the app's.
SessionState state_without_grace(const Error& error) {
    const bool silent =
        error.code.category() == make_error_code(driver::Errc::disconnected).category();
    return silent ? SessionState::absent : SessionState::app_crashed;
}

std::string marks_text(const apdu::DeviceMarks& marks) {
    return fmt::format("main ({},{}) test ({},{})",
                       marks.main.level.value,
                       marks.main.round.value,
                       marks.test.level.value,
                       marks.test.round.value);
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
        } else if (snapshot()->state != SessionState::unauthorised || now_authorised(deadline) ||
                   changed_for_authorised(deadline)) {
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
            // With a time of its own: an identification cut short would begin again from nothing.
            step(Deadline::after(*clock_, kStepTime));
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
        identify_soon();
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
    marks_are_ours_ = false;
    identify_soon();
}

void DeviceSession::identify_soon() {
    change(SessionState::identifying);
    next_step_ = clock_->now();
}

void DeviceSession::answer_lost() {
    close();
    change(SessionState::prompting);
    next_step_ = clock_->now();
}

void DeviceSession::cancel() {
    const std::lock_guard lock(transport_mutex_);
    cancelled_ = true;
    if (transport_ != nullptr) {
        transport_->cancel();
    }
}

void DeviceSession::open(const Deadline& deadline) {
    auto opened = opener_(deadline);
    if (!opened) {
        return not_opened(opened.error());
    }
    refused_opening_ = {};
    take(std::move(*opened));
}

void DeviceSession::take(OpenedDevice opened) {
    auto next = *snapshot();
    next.usb = std::move(opened.usb);
    publish(std::move(next));
    const std::lock_guard lock(transport_mutex_);
    transport_ = std::move(opened.transport);
    app_ = std::make_unique<apdu::BakingApp>(*transport_);
    if (cancelled_) {
        transport_->cancel();
    }
}

// A try to open is not worth a word while the device is known to be gone: only its end is.
void DeviceSession::not_opened(const Error& error) {
    const bool first = std::exchange(refused_opening_, error.code) != error.code;
    const bool lost = snapshot()->state == SessionState::lost && within_grace();
    asks_for_app_ = asks_for_app_ || state_after_opening(error) == SessionState::absent;
    if (!lost && !(first && may_come_yet(error.code))) {
        change(state_after_opening(error), error);
    }
}

void DeviceSession::identify_device(const Deadline& deadline) {
    const auto before = snapshot()->state;
    if ((before == SessionState::absent || before == SessionState::lost) && within_grace()) {
        change(SessionState::identifying);
    }
    const auto drained = transport_->drain(kDrainTime);
    auto facts = drained ? identify(*app_, snapshot()->facts, git_, deadline)
                         : Result<DeviceFacts>(drained.error());
    if (facts) {
        take_facts(*facts);
    } else if (is_silence(facts.error())) {
        // The app answers every question at once unless a prompt is on its screen. The
        // connection is closed so that its answer, whenever the person gives it, is drained.
        close();
        change(SessionState::prompting,
               before == SessionState::prompting ? snapshot()->problem : facts.error());
    } else if (is_dashboard(facts.error()) && options_.open_app && asks_for_app_) {
        ask_to_open_app(deadline);
    } else {
        observe_or_lose(facts.error());
    }
}

// A person who says no is not asked again, and the answer is not waited for: it may take hours, and
// the device may leave the bus to come back with the app.
void DeviceSession::ask_to_open_app(const Deadline& deadline) {
    asks_for_app_ = false;
    const auto opened = app_->open_app(apdu::kBakingAppName, deadline.at_most(kProbeTime));
    if (opened) {
        change(SessionState::identifying);
    } else if (state_after(opened.error()) == SessionState::lost) {
        close();
        change(SessionState::prompting, fail(Errc::prompting, "to open the Tezos Baking app"));
    } else {
        change(SessionState::wrong_app, fail(apdu::Errc::no_app_open, opened.error().detail));
    }
}

// A word that nobody foresaw says that the app is not well: a new connection may help.
void DeviceSession::observe_or_lose(const Error& error) {
    if (state_after(error)) {
        observe(error);
    } else {
        lose(fail(Errc::app_crashed, error.detail));
    }
}

void DeviceSession::look_at_marks(const Deadline& deadline) {
    const auto marks = app_->marks(deadline);
    if (!marks && state_after(marks.error()) == SessionState::wrong_app) {
        identify_device(Deadline::after(*clock_, kIdentifyTime));  // which one it is
    } else if (!marks) {
        observe_or_lose(marks.error());
    } else if (!(*marks == snapshot()->facts->marks)) {
        // It was reset, or is another one: every other answer may have changed too.
        change(SessionState::identifying);
        identify_device(Deadline::after(*clock_, kIdentifyTime));
    } else {
        admitted(*snapshot()->facts);
    }
}

bool DeviceSession::now_authorised(const Deadline& deadline) {
    const auto authorized = app_->authorized_key(deadline.at_most(kLookTime));
    if (!authorized) {
        observe_or_lose(authorized.error());
    }
    return authorized && authorized->has_value();
}

// The open one is not found a second time: this process holds its lock.
bool DeviceSession::changed_for_authorised(const Deadline& deadline) {
    if (!options_.seeks_authorised || snapshot()->state != SessionState::unauthorised) {
        return false;
    }
    auto other = opener_(deadline.at_most(kOpenTime));
    if (!other || !other->authorised) {
        return false;
    }
    close();
    take(std::move(*other));
    return true;
}

void DeviceSession::take_facts(const DeviceFacts& facts) {
    lost_at_.reset();
    asks_for_app_ = true;
    watch_marks(facts);
    auto next = *snapshot();
    next.facts = facts;
    publish(std::move(next));
    if (told_ && told_(facts)) {
        told_ = nullptr;
    }
    if (!admitted(facts)) {
        return;
    }
    if (events_.identified) {
        events_.identified(facts);
    }
    change(facts.key ? SessionState::ready : SessionState::unauthorised);
}

// Whoever signed before us may have lost its word on it, and so may we: what the device knows
// beyond us is kept before anything else is signed.
bool DeviceSession::admitted(const DeviceFacts& facts) {
    const auto taken = events_.admit ? events_.admit(facts) : Result<void>{};
    if (!taken) {
        change(SessionState::identifying, taken.error());
    }
    return taken.has_value();
}

// One connection is one owner: nobody else could move the marks meanwhile.
void DeviceSession::watch_marks(const DeviceFacts& facts) {
    const bool ours = std::exchange(marks_are_ours_, true);
    auto next = *snapshot();
    if (!ours || facts.marks == next.facts->marks) {
        return;
    }
    next.alarm = fmt::format("the marks moved by themselves, from {} to {}",
                             marks_text(next.facts->marks),
                             marks_text(facts.marks));
    publish(next);
    if (events_.alarm) {
        events_.alarm(next.alarm);
    }
}

// The grace begins with the first loss and is over until the device was identified again, however
// often it comes and goes meanwhile.
void DeviceSession::lose(const Error& error) {
    close();
    asks_for_app_ = asks_for_app_ || error.code == make_error_code(driver::Errc::disconnected);
    lost_at_ = lost_at_.value_or(clock_->now());
    change(within_grace() ? SessionState::lost : state_without_grace(error), error);
}

bool DeviceSession::within_grace() const {
    return !lost_at_ || clock_->now() - *lost_at_ < options_.reconnect_grace;
}

void DeviceSession::close() {
    marks_are_ours_ = false;
    const std::lock_guard lock(transport_mutex_);
    app_.reset();
    transport_.reset();
}

void DeviceSession::change(SessionState state, std::optional<Error> problem) {
    const auto before = snapshot();
    auto next = *before;
    next.since = next.state != state ? clock_->now() : next.since;
    if (state == SessionState::lost) {
        next.since = *lost_at_;
    }
    asks_for_app_ = asks_for_app_ || state == SessionState::locked;
    next.state = state;
    next.problem = std::move(problem);
    publish(next);
    if (!next.tells_the_same_as(*before) && events_.changed && !cancelled_) {
        events_.changed(next);
    }
}

void DeviceSession::publish(SessionSnapshot snapshot) {
    snapshot_.set(std::move(snapshot));
}

void DeviceSession::schedule() {
    auto next = *snapshot();
    next.warning = options_.warning ? options_.warning() : std::nullopt;
    if (next.warning.has_value() != snapshot()->warning.has_value()) {
        publish(std::move(next));
    }
    const bool lost = snapshot()->state == SessionState::lost;
    next_step_ = clock_->now() + (lost ? options_.reopen_interval : options_.probe_interval);
}

}  // namespace ledger_bridge::daemon
