// Keeps one device usable: opens it, identifies it, notices when it goes, and brings it back.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "apdu/baking_app.hpp"
#include "daemon/session_state.hpp"
#include "daemon/usb/identity.hpp"
#include "daemon/usb/opener.hpp"
#include "driver/transport.hpp"

namespace ledger_bridge::daemon {

struct SessionOptions {
    std::string device;                                         // its configured name
    Duration reconnect_grace = std::chrono::seconds{2};         // lost for less: requests wait
    Duration probe_interval = std::chrono::seconds{1};          // between two looks at the device
    Duration reopen_interval = std::chrono::milliseconds{100};  // between two tries while lost
    bool open_app = false;  // on the dashboard: ask there, once an arrival, for the Baking app
    // Several devices may fit the name: while the open one is not authorised, look for one that is.
    bool seeks_authorised = false;
    std::function<std::optional<Error>()> warning = {};  // asked on the device's thread
};

// What the owner of a session wants to hear; called on the thread that owns the device.
struct SessionEvents {
    std::function<void(const SessionSnapshot&)> changed = {};  // the state changed, or its reason
    std::function<void(const DeviceFacts&)> identified = {};   // a device answered all questions
    // At every reading of the marks: the session serves only while this succeeds, and tries again
    // by itself. May block for some seconds.
    std::function<Result<void>(const DeviceFacts&)> admit = {};
    // The marks moved while the session had the device to itself and did not move them.
    std::function<void(const std::string& what)> alarm = {};
};

// All members but snapshot() and cancel() belong to the thread that owns the device.
class DeviceSession {
public:
    DeviceSession(SessionOptions options, Opener opener, SessionEvents events, const Clock& clock);

    [[nodiscard]] SnapshotPointer snapshot() const { return snapshot_.get(); }

    // Whether waiting can help, in the state that the session is in now.
    [[nodiscard]] bool can_wait() const;

    // When step() is due again.
    [[nodiscard]] TimePoint next_step() const { return next_step_; }
    // One attempt to come nearer to ready, or, when ready, one cheap look at the device.
    void step(const Deadline& deadline);

    // Steps until signatures can be given; `pause` waits until the given time or returns early.
    // Errors: deadline_passed, or the refusal of a state that does not end by itself.
    Result<void> wait_until_ready(const Deadline& deadline,
                                  const std::function<void(TimePoint)>& pause);

    // The open Baking app, authorised or not; the state's refusal when there is none.
    Result<apdu::BakingApp*> app();

    // The owner is about to sign, or has a prompt on the screen, or is done with either.
    void enter(SessionState state);
    // An exchange failed: takes over what the error says about the device.
    void observe(const Error& error);
    // The marks are known to be these: from a 9000 or a query.
    void set_marks(const apdu::DeviceMarks& marks);
    // We may have changed key or marks: identify again on the open connection.
    void identify_again();

    // The answer to a prompt was lost, and the question may still be there: prompting, and opened
    // anew at the next steps, until the device answers.
    void answer_lost();
    // Tells what the device says of itself at the next identifications, until it returns true.
    void when_identified(std::function<bool(const DeviceFacts&)> told) { told_ = std::move(told); }

    // Ends an exchange in progress and every later one. Any thread.
    void cancel();

private:
    void open(const Deadline& deadline);
    void not_opened(const Error& error);
    void take(OpenedDevice opened);
    bool changed_for_authorised(const Deadline& deadline);
    void ask_to_open_app(const Deadline& deadline);
    void identify_device(const Deadline& deadline);
    void look_at_marks(const Deadline& deadline);
    bool now_authorised(const Deadline& deadline);
    void take_facts(const DeviceFacts& facts);
    bool admitted(const DeviceFacts& facts);
    void watch_marks(const DeviceFacts& facts);
    void identify_soon();
    void observe_or_lose(const Error& error);
    void lose(const Error& error);
    [[nodiscard]] bool within_grace() const;
    void close();
    void change(SessionState state, std::optional<Error> problem = std::nullopt);
    void publish(SessionSnapshot snapshot);
    void schedule();

    SessionOptions options_;
    Opener opener_;
    SessionEvents events_;
    const Clock* clock_;
    SnapshotBox snapshot_;
    TimePoint next_step_;
    std::optional<TimePoint> lost_at_;  // none once it was identified again
    error_code refused_opening_;        // of the last try, when it failed
    GitQuestion git_;
    bool asks_for_app_ = true;  // not yet since it came, was unlocked, or had the app open
    // The snapshot's marks are those of the device on this connection, unless somebody else moved
    // them.
    bool marks_are_ours_ = false;
    std::function<bool(const DeviceFacts&)> told_;
    std::mutex transport_mutex_;  // guards the pointer against cancel(), not the exchanges
    std::unique_ptr<driver::Transport> transport_;
    std::unique_ptr<apdu::BakingApp> app_;
    std::atomic<bool> cancelled_ = false;  // the daemon stops: what follows is no news
};

}  // namespace ledger_bridge::daemon
